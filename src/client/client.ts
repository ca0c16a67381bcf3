// The HTTP API from the other side. Uses `fetch` only, so that it runs wherever that is.

import type { Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { ClientError } from "./client-error.ts";
import type {
  BulkResource,
  CallbackResource,
  EventResource,
  ExplanationResource,
  ProblemResource,
  PutResource,
  ReceiptResource,
  RerunResource,
  RunItemResource,
  RunResource,
  ScheduleResource,
  SecretResource,
  WorkflowResource,
} from "./resources.ts";

interface Ask {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface StartOptions {
  /** JSON text; null for none. */
  readonly body: string | null;
  readonly version?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

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
}

export interface BulkFilter {
  readonly workflow?: string;
  readonly status?: readonly string[];
  /** `name=value` */
  readonly label?: string;
  readonly from?: string;
  readonly to?: string;
}

const jsonHeaders = { "content-type": "application/json" } as const;

export class Client {
  readonly #url: string;
  readonly #token: string;

  /** @param url `http://127.0.0.1:4000` */
  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  putWorkflow(name: string, text: string, format: "json" | "yaml"): Promise<PutResource> {
    const headers = { "content-type": `application/${format}` };
    return this.#ask("PUT", `/api/workflows/${encodeURIComponent(name)}`, { headers, body: text });
  }

  getWorkflow(name: string, version?: string): Promise<WorkflowResource> {
    return this.#ask("GET", `/api/workflows/${encodeURIComponent(name)}`, { query: { version } });
  }

  listWorkflows(cursor?: string): Promise<{ workflows: readonly WorkflowResource[]; next: string | null }> {
    return this.#ask("GET", "/api/workflows", { query: { cursor } });
  }

  /** Starts a run and does not wait for it. */
  startRun(
    workflow: string,
    { body, version, idempotencyKey }: StartOptions,
  ): Promise<{ readonly run: string }> {
    const { headers, ...ask } = bodyOf(body, idempotencyKey);
    return this.#ask("POST", `/workflows/${encodeURIComponent(workflow)}`, {
      query: { version },
      headers: { prefer: "respond-async", ...headers },
      ...ask,
    });
  }

  /** The run; when `waitSeconds` is given, as soon as it has ended or that time is over. */
  getRun(run: string, waitSeconds = 0): Promise<RunResource> {
    return this.#ask("GET", `/api/runs/${encodeURIComponent(run)}`, { query: { wait: String(waitSeconds) } });
  }

  listEvents(
    run: string,
    after: number,
    waitSeconds = 0,
  ): Promise<{ events: readonly EventResource[]; ended: boolean }> {
    const query = { after: String(after), wait: String(waitSeconds) };
    return this.#ask("GET", `/api/runs/${encodeURIComponent(run)}/events`, { query });
  }

  listRuns(query: Ask["query"]): Promise<{ runs: readonly RunItemResource[]; next: string | null }> {
    return this.#ask("GET", "/api/runs", query === undefined ? {} : { query });
  }

  cancelRun(run: string, compensate: boolean): Promise<RunResource> {
    const query = { compensate: String(compensate) };
    return this.#ask("DELETE", `/api/runs/${encodeURIComponent(run)}`, { query });
  }

  async sendSignal(run: string, name: string, { body, idempotencyKey }: SignalOptions): Promise<void> {
    const path = `/api/runs/${encodeURIComponent(run)}/signal/${encodeURIComponent(name)}`;
    await this.#ask("POST", path, bodyOf(body, idempotencyKey));
  }

  /** `pause` and `resume`; `compensate` undoes again what could not be undone. */
  command(run: string, command: "pause" | "resume" | "compensate"): Promise<RunResource> {
    return this.#ask("POST", `/api/runs/${encodeURIComponent(run)}/${command}`, {});
  }

  /** A new run from chosen steps of one that has ended. */
  rerun(run: string, { from = [], version, body }: RerunOptions): Promise<RerunResource> {
    const members = [
      `"from":${JSON.stringify(from)}`,
      ...(version === undefined ? [] : [`"version":${version}`]),
      ...(body === undefined ? [] : [`"body":${body}`]),
    ];
    const ask = { headers: jsonHeaders, body: `{${members.join(",")}}` };
    return this.#ask("POST", `/api/runs/${encodeURIComponent(run)}/rerun`, ask);
  }

  /** A new run from the steps that failed. */
  retry(run: string): Promise<RerunResource> {
    return this.#ask("POST", `/api/runs/${encodeURIComponent(run)}/retry`, {});
  }

  explain(run: string): Promise<ExplanationResource> {
    return this.#ask("GET", `/api/runs/${encodeURIComponent(run)}/explain`, {});
  }

  bulk(action: "cancel" | "pause" | "resume" | "rerun", filter: BulkFilter): Promise<BulkResource> {
    const body = JSON.stringify({ action, filter });
    return this.#ask("POST", "/api/runs/bulk", { headers: jsonHeaders, body });
  }

  /** @param event JSON text of one CloudEvent. */
  async putEvent(event: string): Promise<ReceiptResource> {
    const headers = { "content-type": "application/cloudevents+json" };
    const { events } = await this.#ask<{ readonly events: readonly ReceiptResource[] }>(
      "POST",
      "/api/events",
      { headers, body: event },
    );
    return events[0] as ReceiptResource;
  }

  listSchedules(cursor?: string): Promise<{ schedules: readonly ScheduleResource[]; next: string | null }> {
    return this.#ask("GET", "/api/schedules", { query: { cursor } });
  }

  /** What the holder of a callback's address is shown. */
  showCallback(token: string): Promise<CallbackResource> {
    return this.#ask("GET", `/callbacks/${encodeURIComponent(token)}`, {});
  }

  async answerCallback(token: string, { body, idempotencyKey }: SignalOptions): Promise<void> {
    await this.#ask("POST", `/callbacks/${encodeURIComponent(token)}`, bodyOf(body, idempotencyKey));
  }

  /** `allowedHosts`: null for anywhere; without it, what the secret had before stays. */
  putSecret(
    name: string,
    value: string,
    { allowedHosts }: { readonly allowedHosts?: readonly string[] | null } = {},
  ): Promise<SecretResource> {
    const ask = { headers: jsonHeaders, body: JSON.stringify({ value, allowed_hosts: allowedHosts }) };
    return this.#ask("PUT", `/api/secrets/${encodeURIComponent(name)}`, ask);
  }

  listSecrets(): Promise<{ secrets: readonly SecretResource[] }> {
    return this.#ask("GET", "/api/secrets", {});
  }

  async deleteSecret(name: string): Promise<void> {
    await this.#ask("DELETE", `/api/secrets/${encodeURIComponent(name)}`, {});
  }

  ready(): Promise<{ readonly status: string; readonly reason?: string }> {
    return this.#ask("GET", "/readyz", {});
  }

  async #ask<Result>(method: string, path: string, ask: Ask): Promise<Result> {
    const url = new URL(path, this.#url);
    for (const [name, value] of Object.entries(ask.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    let status: number;
    let text: string;
    try {
      const answer = await fetch(url, {
        method,
        headers: { "dispatched-session": this.#token, ...ask.headers },
        ...(ask.body === undefined ? {} : { body: ask.body }),
      });
      status = answer.status;
      text = await answer.text();
    } catch {
      throw new ClientError("unreachable", 0, `nothing answers at ${this.#url}`, null);
    }
    const value = readAnswer(text, status);
    if (status < 400) return value as Result;
    const problem = value as unknown as ProblemResource;
    throw new ClientError(problem.code, status, problem.detail, problem);
  }
}

/** JSON text, or none. */
function bodyOf(body: string | null, idempotencyKey: string | undefined) {
  return {
    headers: {
      ...(body === null ? {} : jsonHeaders),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    ...(body === null ? {} : { body }),
  };
}

function readAnswer(text: string, status: number): Json {
  if (text === "") return null;
  const parsed = parseJson(text, "ours");
  if (parsed.ok) return parsed.value;
  throw new ClientError("unreachable", status, "what answers there is not Dispatched", null);
}
