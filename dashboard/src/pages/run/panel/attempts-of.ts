// The attempts of a step or item, read off its events: what was sent, what came back, how it ended.

import type { EventResource, FailureResource, ResponseResource } from "dispatched/client";
import type { RecordedRequest } from "dispatched/language";

export interface Attempt {
  readonly kind: "call" | "poll" | "page" | "undo";
  /** From 1; of a poll or page how many there were before it, plus 1. */
  readonly number: number;
  /** RFC 3339. Null where its end is not recorded alone. */
  readonly from: string | null;
  readonly to: string | null;
  readonly outcome: "running" | "succeeded" | "failed" | "dropped";
  readonly response: ResponseResource | null;
  readonly failure: FailureResource | null;
  /** By name and version. */
  readonly secrets: readonly string[];
}

export interface TaskRecord {
  /** As it was resolved; secrets are references. */
  readonly request: RecordedRequest | null;
  readonly undoRequest: RecordedRequest | null;
  readonly attempts: readonly Attempt[];
  /** The last answer of the call, and why the task failed. */
  readonly response: ResponseResource | null;
  readonly failure: FailureResource | null;
  /** The run from which its outcome was carried over. */
  readonly carriedFrom: string | null;
}

interface EventData {
  readonly attempt?: number;
  readonly count?: number;
  readonly notBefore?: number;
  readonly request?: RecordedRequest | null;
  readonly answer?: ResponseResource | null;
  readonly failure?: FailureResource | null;
  readonly result?: (ResponseResource & { readonly type: string }) | null;
  readonly secrets?: readonly { readonly name: string; readonly version: number }[];
  readonly from?: string;
  readonly outcome?: {
    readonly answer?: ResponseResource | null;
    readonly result?: (ResponseResource & { readonly type: string }) | null;
    readonly failure?: FailureResource | null;
  };
}

const blank: TaskRecord = {
  request: null,
  undoRequest: null,
  attempts: [],
  response: null,
  failure: null,
  carriedFrom: null,
};

/** @param events whole ones of one task, in their order */
export function attemptsOf(events: readonly EventResource[]): TaskRecord {
  let record = blank;
  for (const event of events) record = withEvent(record, event);
  return record;
}

function withEvent(record: TaskRecord, { type, at, data: json }: EventResource): TaskRecord {
  const data = (json ?? {}) as EventData;
  const { answer = null, failure = null } = data;
  switch (type.replace(/^(?:step|item)\./, "")) {
    case "started":
      return begun({ ...record, request: data.request ?? null }, "call", 1, at);
    case "retrying": {
      const failed = ended(record, at, { outcome: "failed", failure, response: responseOf(failure) }, data);
      return begun(failed, "call", data.attempt ?? 1, timeOf(data.notBefore));
    }
    case "polled":
    case "paged": {
      const outcome = failure === null ? "succeeded" : "failed";
      const over = ended(record, at, { outcome, failure, response: answer ?? responseOf(failure) }, data);
      const kind = type.endsWith("paged") ? "page" : "poll";
      return begun(over, kind, data.count ?? 1, timeOf(data.notBefore));
    }
    case "wait.started":
      return ended(record, at, { outcome: "succeeded", failure: null, response: answer }, data);
    case "succeeded": {
      const response = data.result?.type === "response" ? data.result : null;
      return ended(record, at, { outcome: "succeeded", failure: null, response }, data);
    }
    case "failed": {
      const over = ended(record, at, { outcome: "failed", failure, response: responseOf(failure) }, data);
      return { ...over, failure };
    }
    case "cancelled":
      return ended(record, at, { outcome: "dropped", failure: null, response: null }, data);
    case "carried":
      return carried(record, data);
    default:
      return withUndo(record, type, at, data);
  }
}

function withUndo(record: TaskRecord, type: string, at: string, data: EventData): TaskRecord {
  const { answer = null, failure = null } = data;
  switch (type) {
    case "compensation.started":
      return begun({ ...record, undoRequest: data.request ?? null }, "undo", 1, at);
    case "compensation.retrying": {
      const over = ended(record, at, { outcome: "failed", failure, response: responseOf(failure) }, data);
      return begun(over, "undo", data.attempt ?? 1, timeOf(data.notBefore));
    }
    case "compensation.succeeded":
      return ended(record, at, { outcome: "succeeded", failure: null, response: answer }, data);
    case "compensation.failed":
      return ended(record, at, { outcome: "failed", failure, response: responseOf(failure) }, data);
    default:
      return record;
  }
}

function carried(record: TaskRecord, { from, outcome = {} }: EventData): TaskRecord {
  const { answer = null, result = null, failure = null } = outcome;
  const response = result?.type === "response" ? result : answer;
  return { ...record, carriedFrom: from ?? null, response, failure };
}

function begun(record: TaskRecord, kind: Attempt["kind"], number: number, from: string | null): TaskRecord {
  const attempt: Attempt = {
    ...{ kind, number, from, to: null, outcome: "running" },
    ...{ response: null, failure: null, secrets: [] },
  };
  return { ...record, attempts: [...record.attempts, attempt] };
}

/** Ends the attempt that is under way, if one is. */
function ended(
  record: TaskRecord,
  to: string,
  end: Pick<Attempt, "outcome" | "response" | "failure">,
  { secrets = [] }: EventData,
): TaskRecord {
  const last = record.attempts.at(-1);
  if (last === undefined || last.outcome !== "running") return record;
  const names = secrets.map(({ name, version }) => `${name} (version ${version})`);
  // One that was dropped before its time was never sent.
  const never = last.from !== null && Date.parse(last.from) > Date.parse(to);
  const attempts = never
    ? record.attempts.slice(0, -1)
    : [...record.attempts.slice(0, -1), { ...last, ...end, to, secrets: names }];
  const response = last.kind === "undo" ? record.response : (end.response ?? record.response);
  return { ...record, attempts, response };
}

function responseOf(failure: FailureResource | null): ResponseResource | null {
  if (failure === null || failure.status === null) return null;
  return { status: failure.status, headers: failure.headers ?? {}, body: failure.body };
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
