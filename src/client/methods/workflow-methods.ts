// Workflows and their schedules: stored, checked, listed.

import { Asker } from "../asker.ts";
import type { AnswerOf, QueryOf } from "../route-types.ts";

export interface PutOptions {
  /** Check only: nothing is stored. */
  readonly dryRun?: boolean;
  /** The `etag` that the highest version must still have; `*` for any. Errors: `precondition_failed`. */
  readonly ifMatch?: string;
  /** `*`: only when there is none of that name yet. */
  readonly ifNoneMatch?: "*";
}

export class WorkflowMethods extends Asker {
  putWorkflow(
    name: string,
    text: string,
    format: "json" | "yaml",
    { dryRun, ifMatch, ifNoneMatch }: PutOptions = {},
  ): Promise<AnswerOf<"PUT /api/workflows/{name}">> {
    const headers = {
      "content-type": `application/${format}`,
      ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
      ...(ifNoneMatch === undefined ? {} : { "if-none-match": ifNoneMatch }),
    };
    return this.ask("PUT /api/workflows/{name}", {
      path: { name },
      query: { dry_run: dryRun },
      headers,
      text,
    });
  }

  /**
   * Nothing new starts by it; a version above its highest takes it back. `ifMatch`: the `etag` that the highest version must
   * still have. Errors: `precondition_failed`.
   */
  deleteWorkflow(
    name: string,
    { ifMatch }: Pick<PutOptions, "ifMatch"> = {},
  ): Promise<AnswerOf<"DELETE /api/workflows/{name}">> {
    const headers = ifMatch === undefined ? {} : { "if-match": ifMatch };
    return this.ask("DELETE /api/workflows/{name}", { path: { name }, headers });
  }

  getWorkflow(name: string, version?: string): Promise<AnswerOf<"GET /api/workflows/{name}">> {
    return this.ask("GET /api/workflows/{name}", { path: { name }, query: { version } });
  }

  /** With `{triggers: true}` also what starts their runs. */
  listWorkflows(
    cursor?: string,
    query: Omit<QueryOf<"GET /api/workflows">, "cursor"> = {},
  ): Promise<AnswerOf<"GET /api/workflows">> {
    return this.ask("GET /api/workflows", { query: { ...query, cursor } });
  }

  /** How the runs of one ended lately: by the hour, and the latest. */
  workflowStats(
    name: string,
    query: QueryOf<"GET /api/workflows/{name}/stats"> = {},
  ): Promise<AnswerOf<"GET /api/workflows/{name}/stats">> {
    return this.ask("GET /api/workflows/{name}/stats", { path: { name }, query });
  }

  /** Hosts, secrets, other workflows and events that a version names; of the highest without `version`. */
  workflowUses(name: string, version?: number): Promise<AnswerOf<"GET /api/workflows/{name}/uses">> {
    return this.ask("GET /api/workflows/{name}/uses", { path: { name }, query: { version } });
  }

  /** All versions of one, highest first. */
  listVersions(name: string, cursor?: string): Promise<AnswerOf<"GET /api/workflows/{name}/versions">> {
    return this.ask("GET /api/workflows/{name}/versions", { path: { name }, query: { cursor } });
  }

  /** Examples to begin with; a client without a session may ask, too. */
  listTemplates(): Promise<AnswerOf<"GET /api/templates">> {
    return this.ask("GET /api/templates");
  }

  /** One of them. Errors: `not_found`. */
  getTemplate(name: string): Promise<AnswerOf<"GET /api/templates/{name}">> {
    return this.ask("GET /api/templates/{name}", { path: { name } });
  }

  listSchedules(cursor?: string): Promise<AnswerOf<"GET /api/schedules">> {
    return this.ask("GET /api/schedules", { query: { cursor } });
  }
}
