// Runs: started, looked at, followed.

import type { Json } from "../../value/json.ts";
import type { FollowOptions } from "../follow-stream.ts";
import { jsonText } from "../json-text.ts";
import type { BriefEventResource, EventResource, RunItemResource, RunWaitsResource } from "../resources.ts";
import type { AnswerOf, QueryOf } from "../route-types.ts";
import { valueOfBody } from "../value-of-body.ts";
import { WorkflowMethods } from "./workflow-methods.ts";

export interface StartOptions {
  /** JSON text; null for none. */
  readonly body: string | null;
  readonly version?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface FollowRunOptions extends FollowOptions {
  /** Events after this `seq`; 0, as by default, for all. */
  readonly after?: number;
  /** Without requests, headers and bodies. */
  readonly brief?: boolean;
}

/**
 * `reset`: load the list, more may have changed than is told; `run`: this run is new or has changed; `unfit`: it has changed, and
 * does not fit, or not any more.
 */
export type RunChange =
  | { readonly type: "reset" }
  | { readonly type: "run" | "unfit"; readonly run: RunItemResource };

/** `wait`: what this run waits for now; nothing, perhaps. */
export type WaitChange =
  | { readonly type: "reset" }
  | { readonly type: "wait"; readonly row: RunWaitsResource };

/** `failure`: by this run the groups have changed; `fingerprint` names its group, and is null for one that may have left it. */
export type FailureChange =
  | { readonly type: "reset" }
  | { readonly type: "failure"; readonly run: string; readonly fingerprint: string | null };

export class RunMethods extends WorkflowMethods {
  /** Starts a run and does not wait for it. */
  startRun(
    workflow: string,
    { body, version, idempotencyKey }: StartOptions,
  ): Promise<{ readonly run: string }> {
    const { headers, text } = jsonText(body, idempotencyKey);
    // With a session and without waiting it is started, and neither answered nor laid into the inbox.
    return this.ask("POST /workflows/{name}", {
      path: { name: workflow },
      query: { version },
      headers: { prefer: "respond-async", ...headers },
      ...text,
    }) as Promise<{ readonly run: string }>;
  }

  /** The run; when `waitSeconds` is given, as soon as it has ended or that time is over. */
  getRun(run: string, waitSeconds = 0): Promise<AnswerOf<"GET /api/runs/{id}">> {
    return this.ask("GET /api/runs/{id}", { path: { id: run }, query: { wait: waitSeconds } });
  }

  /** The run without outputs and bodies. */
  getBriefRun(run: string): Promise<AnswerOf<"GET /api/runs/{id}">> {
    return this.ask("GET /api/runs/{id}", { path: { id: run }, query: { brief: true } });
  }

  /** A large body of the run as it was recorded: JSON text, text, or bytes, by its `content-type`. To be read or cancelled. */
  openRunBody(run: string, body: number): Promise<Response> {
    return this.open("GET /api/runs/{id}/bodies/{body}", { path: { id: run, body: String(body) } });
  }

  /** The value of a large body, as it stands in the run where it is small: bytes as text in base64. */
  async getRunBody(run: string, body: number): Promise<Json> {
    return valueOfBody(await this.openRunBody(run, body));
  }

  /** Items of a step's strategy, in their order. */
  listRunItems(
    run: string,
    step: string,
    query: QueryOf<"GET /api/runs/{id}/steps/{step}/items"> = {},
  ): Promise<AnswerOf<"GET /api/runs/{id}/steps/{step}/items">> {
    return this.ask("GET /api/runs/{id}/steps/{step}/items", { path: { id: run, step }, query });
  }

  /** Events of one step or, with `item`, of one item of its strategy. */
  listEventsOf(
    run: string,
    query: QueryOf<"GET /api/runs/{id}/events"> & { readonly step: string },
  ): Promise<AnswerOf<"GET /api/runs/{id}/events">> {
    return this.ask("GET /api/runs/{id}/events", { path: { id: run }, query });
  }

  /** One event of its log; null when there is none of this number, yet. */
  async getEvent(run: string, seq: number): Promise<EventResource | null> {
    const query = { after: Math.max(0, seq - 1), limit: 1 };
    const { events } = await this.ask("GET /api/runs/{id}/events", { path: { id: run }, query });
    return events.find((event) => event.seq === seq) ?? null;
  }

  listEvents(run: string, after: number, waitSeconds = 0): Promise<AnswerOf<"GET /api/runs/{id}/events">> {
    return this.ask("GET /api/runs/{id}/events", { path: { id: run }, query: { after, wait: waitSeconds } });
  }

  /**
   * Its log as it grows, to its end: `for await (const event of client.followRun(run))`. Broken connections and restarts of
   * the server are waited for, with each event once.
   */
  followRun(
    run: string,
    options?: FollowRunOptions & { readonly brief?: false },
  ): AsyncGenerator<EventResource>;
  followRun(run: string, options: FollowRunOptions): AsyncGenerator<BriefEventResource>;
  async *followRun(run: string, options: FollowRunOptions = {}): AsyncGenerator<BriefEventResource> {
    let last = options.after ?? 0;
    const query = { brief: options.brief ?? false };
    const messages = this.stream("GET /api/runs/{id}/events", options, { path: { id: run }, query });
    for await (const { id, event, value } of messages) {
      if (event === "ended") return;
      // Whatever a later server sends besides is not for this client.
      if (event !== "event" || Number(id) <= last) continue;
      last = Number(id);
      yield value as unknown as BriefEventResource;
    }
  }

  /** Newest first. */
  listRuns(query: QueryOf<"GET /api/runs"> = {}): Promise<AnswerOf<"GET /api/runs">> {
    return this.ask("GET /api/runs", { query });
  }

  /**
   * Runs that fit, as they change, until the signal ends it. It begins with `reset`, and so does whatever follows a broken
   * connection or a restart of the server: load the list then, and no change is missed.
   */
  async *followRuns(
    query: QueryOf<"GET /api/runs"> = {},
    options: Omit<FollowOptions, "after"> = {},
  ): AsyncGenerator<RunChange> {
    for await (const { event, value } of this.stream("GET /api/runs", options, { query })) {
      if (event === "reset") yield { type: "reset" };
      if (event !== "run" && event !== "unfit") continue;
      yield { type: event, run: value as unknown as RunItemResource };
    }
  }

  /** Runs that ended badly, grouped by workflow, step, code and status; the group that failed last first. */
  listFailures(query: QueryOf<"GET /api/failures"> = {}): Promise<AnswerOf<"GET /api/failures">> {
    return this.ask("GET /api/failures", { query });
  }

  /** By which runs the groups of failures change, as of `followRuns`: load the list anew. */
  async *followFailures(
    query: QueryOf<"GET /api/failures"> = {},
    options: Omit<FollowOptions, "after"> = {},
  ): AsyncGenerator<FailureChange> {
    for await (const { event, value } of this.stream("GET /api/failures", options, { query })) {
      if (event === "reset") yield { type: "reset" };
      if (event !== "failure") continue;
      yield { type: event, ...(value as { readonly run: string; readonly fingerprint: string | null }) };
    }
  }

  /** What is waited for, the oldest run first; with `people: true` only signals and callbacks. */
  listWaits(query: QueryOf<"GET /api/waits"> = {}): Promise<AnswerOf<"GET /api/waits">> {
    return this.ask("GET /api/waits", { query });
  }

  /** What is waited for as it changes, as of `followRuns`. A run that waits for nothing any more comes once with none. */
  async *followWaits(
    query: QueryOf<"GET /api/waits"> = {},
    options: Omit<FollowOptions, "after"> = {},
  ): AsyncGenerator<WaitChange> {
    for await (const { event, value } of this.stream("GET /api/waits", options, { query })) {
      if (event === "reset") yield { type: "reset" };
      if (event === "wait") yield { type: "wait", row: value as unknown as RunWaitsResource };
    }
  }

  explain(run: string): Promise<AnswerOf<"GET /api/runs/{id}/explain">> {
    return this.ask("GET /api/runs/{id}/explain", { path: { id: run } });
  }

  /** The value of an expression over the run as it is; nothing is called or recorded, secrets have no value. */
  evaluate(
    run: string,
    expression: string,
    lang: "path" | "jsonpath" | "lua" = "path",
  ): Promise<AnswerOf<"POST /api/runs/{id}/evaluate">> {
    return this.ask("POST /api/runs/{id}/evaluate", { path: { id: run }, json: { expression, lang } });
  }

  /** The whole record: workflow, run, events; `redacted`, as by default, without values. */
  exportRun(run: string, redacted = true): Promise<AnswerOf<"GET /api/runs/{id}/export">> {
    return this.ask("GET /api/runs/{id}/export", { path: { id: run }, query: { redacted } });
  }
}
