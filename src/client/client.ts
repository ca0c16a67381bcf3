// The HTTP API from the other side. Uses `fetch` only, so that it runs wherever that is.

import type { Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { ClientError } from "./client-error.ts";
import type {
  EventResource,
  ProblemResource,
  PutResource,
  RunItemResource,
  RunResource,
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
    const headers: Record<string, string> = { prefer: "respond-async" };
    if (body !== null) headers["content-type"] = "application/json";
    if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
    return this.#ask("POST", `/workflows/${encodeURIComponent(workflow)}`, {
      query: { version },
      headers,
      ...(body === null ? {} : { body }),
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

  putSecret(name: string, value: string): Promise<SecretResource> {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ value });
    return this.#ask("PUT", `/api/secrets/${encodeURIComponent(name)}`, { headers, body });
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

function readAnswer(text: string, status: number): Json {
  if (text === "") return null;
  const parsed = parseJson(text, "data");
  if (parsed.ok) return parsed.value;
  throw new ClientError("unreachable", status, "what answers there is not Dispatched", null);
}
