// What is done with runs: signals, ends, pauses, going again; and callbacks and events, which come from elsewhere.

import type { FollowOptions } from "../follow-stream.ts";
import { jsonText } from "../json-text.ts";
import type {
  BulkPreviewResource,
  BulkResource,
  ReceiptResource,
  RerunPreviewResource,
  RerunResource,
  RunResource,
} from "../resources.ts";
import type { AnswerOf, BodyOf, QueryOf } from "../route-types.ts";
import { RunMethods } from "./run-methods.ts";

export interface SignalOptions {
  /** JSON text; null for none. */
  readonly body: string | null;
  readonly idempotencyKey?: string | undefined;
}

export interface RerunOptions {
  /** Ids of steps; none for those that failed. */
  readonly from?: readonly string[];
  readonly version?: number;
  /** JSON text that takes the place of the trigger's body. */
  readonly body?: string;
  /** The same key makes one run, however often it is asked for; with one, a lost answer is asked for again. */
  readonly idempotencyKey?: string | undefined;
}

type BulkBody = BodyOf<"POST /api/runs/bulk">;
export type BulkFilter = NonNullable<BulkBody["filter"]>;
/** Runs that fit, or runs by their ids, 1,000 at most. */
export type BulkRuns = BulkFilter | { readonly runs: readonly string[] };
export type BulkAction = BulkBody["action"];

function membersOf(runs: BulkRuns): Pick<BulkBody, "filter" | "runs"> {
  return "runs" in runs ? runs : { filter: runs };
}

export class ControlMethods extends RunMethods {
  cancelRun(run: string, compensate: boolean): Promise<RunResource> {
    // Whoever has a session is told the run.
    return this.ask("DELETE /api/runs/{id}", {
      path: { id: run },
      query: { compensate },
    }) as Promise<RunResource>;
  }

  async sendSignal(run: string, name: string, { body, idempotencyKey }: SignalOptions): Promise<void> {
    const { headers, text } = jsonText(body, idempotencyKey);
    await this.ask("POST /api/runs/{id}/signal/{name}", { path: { id: run, name }, headers, ...text });
  }

  pauseRun(run: string): Promise<AnswerOf<"POST /api/runs/{id}/pause">> {
    return this.ask("POST /api/runs/{id}/pause", { path: { id: run } });
  }

  resumeRun(run: string): Promise<AnswerOf<"POST /api/runs/{id}/resume">> {
    return this.ask("POST /api/runs/{id}/resume", { path: { id: run } });
  }

  /** Undoes again what could not be undone. */
  compensateRun(run: string): Promise<AnswerOf<"POST /api/runs/{id}/compensate">> {
    return this.ask("POST /api/runs/{id}/compensate", { path: { id: run } });
  }

  /** One of the three before, by its name. */
  command(run: string, command: "pause" | "resume" | "compensate"): Promise<RunResource> {
    if (command === "pause") return this.pauseRun(run);
    return command === "resume" ? this.resumeRun(run) : this.compensateRun(run);
  }

  /** A new run from chosen steps of one that has ended. */
  rerun(run: string, options: RerunOptions): Promise<RerunResource> {
    const sent = { path: { id: run }, ...rerunBody(options) };
    return this.ask("POST /api/runs/{id}/rerun", sent) as Promise<RerunResource>;
  }

  /** What `rerun` would do: which outcomes are kept, which calls are made again. */
  previewRerun(run: string, options: RerunOptions): Promise<RerunPreviewResource> {
    const sent = { path: { id: run }, query: { preview: true }, ...rerunBody(options) };
    return this.ask("POST /api/runs/{id}/rerun", sent) as Promise<RerunPreviewResource>;
  }

  /** A new run from the steps that failed. */
  retry(
    run: string,
    { idempotencyKey }: Pick<RerunOptions, "idempotencyKey"> = {},
  ): Promise<AnswerOf<"POST /api/runs/{id}/retry">> {
    const { headers } = jsonText(null, idempotencyKey);
    return this.ask("POST /api/runs/{id}/retry", { path: { id: run }, headers });
  }

  /** What a bulk action would take: pass `bound` on as `to`, and nothing that is made later is taken. */
  previewBulk(action: BulkAction, runs: BulkRuns): Promise<BulkPreviewResource> {
    const json = { action, ...membersOf(runs), preview: true };
    return this.ask("POST /api/runs/bulk", { json }) as Promise<BulkPreviewResource>;
  }

  /** Fixes the runs and begins. With a key it is begun once, and a lost answer is asked for again. */
  beginBulk(
    action: BulkAction,
    runs: BulkRuns,
    { idempotencyKey }: Pick<RerunOptions, "idempotencyKey"> = {},
  ): Promise<BulkResource> {
    const json = { action, ...membersOf(runs) };
    const { headers } = jsonText(null, idempotencyKey);
    return this.ask("POST /api/runs/bulk", { json, headers }) as Promise<BulkResource>;
  }

  /** How far one is, with a page of its runs. */
  getBulk(id: string, query: QueryOf<"GET /api/bulk/{id}"> = {}): Promise<AnswerOf<"GET /api/bulk/{id}">> {
    return this.ask("GET /api/bulk/{id}", { path: { id }, query });
  }

  listBulks(query: QueryOf<"GET /api/bulk"> = {}): Promise<AnswerOf<"GET /api/bulk">> {
    return this.ask("GET /api/bulk", { query });
  }

  /** How far it is, as it goes on, to its end. */
  async *followBulk(id: string, options: Omit<FollowOptions, "after"> = {}): AsyncGenerator<BulkResource> {
    for await (const { event, value } of this.stream("GET /api/bulk/{id}", options, { path: { id } })) {
      if (event === "ended") return;
      if (event === "bulk") yield value as unknown as BulkResource;
    }
  }

  /** Runs that were not begun stay as they are. */
  abortBulk(id: string): Promise<AnswerOf<"DELETE /api/bulk/{id}">> {
    return this.ask("DELETE /api/bulk/{id}", { path: { id } });
  }

  /** @param event JSON text of one CloudEvent. */
  async putEvent(event: string): Promise<ReceiptResource> {
    const headers = { "content-type": "application/cloudevents+json" };
    const { events } = await this.ask("POST /api/events", { headers, text: event });
    return events[0] as ReceiptResource;
  }

  /** What the holder of a callback's address is shown. */
  showCallback(token: string): Promise<AnswerOf<"GET /callbacks/{token}">> {
    return this.ask("GET /callbacks/{token}", { path: { token } });
  }

  async answerCallback(token: string, { body, idempotencyKey }: SignalOptions): Promise<void> {
    const { headers, text } = jsonText(body, idempotencyKey);
    await this.ask("POST /callbacks/{token}", { path: { token }, headers, ...text });
  }
}

/** `body` is put in as it is written: its numbers stay exact. */
function rerunBody({ from = [], version, body, idempotencyKey }: RerunOptions) {
  const members = [
    `"from":${JSON.stringify(from)}`,
    ...(version === undefined ? [] : [`"version":${version}`]),
    ...(body === undefined ? [] : [`"body":${body}`]),
  ];
  const { headers, text } = jsonText(`{${members.join(",")}}`, idempotencyKey);
  return { headers, ...text };
}
