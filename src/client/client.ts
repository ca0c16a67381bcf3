// The HTTP API from the other side. Uses `fetch` only, so that it runs wherever that is.

import type { Json } from "../value/json.ts";
import { askAgain } from "./ask-again.ts";
import { type Ask, askJson } from "./ask-json.ts";
import { ClientError } from "./client-error.ts";
import { type FollowOptions, followEvents } from "./follow-events.ts";
import { openStream } from "./open-stream.ts";
import type {
  AuditEntryResource,
  AuditVerdictResource,
  BulkResource,
  CallbackResource,
  DeliveryResource,
  EventResource,
  ExplanationResource,
  GrantResource,
  HookResource,
  ItemResource,
  KeyResource,
  NewHookResource,
  NewSigningSecretResource,
  PutResource,
  ReceiptResource,
  RerunResource,
  RunItemResource,
  RunResource,
  ScheduleResource,
  SecretResource,
  SessionResource,
  ShownDeliveryResource,
  SigningSecretResource,
  WorkflowResource,
} from "./resources.ts";
import type { TokenSource } from "./session.ts";

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

export interface ClientOptions {
  readonly retries?: number;
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
  readonly #token: string | TokenSource;
  readonly #retries: number;

  /**
   * @param url `http://127.0.0.1:4000`
   * @param options `retries`: how often a request is sent again of which a second one does no more than the first, when
   * nothing answers or the server says that it may be. Default 3.
   */
  constructor(url: string, token: string | TokenSource, { retries = 3 }: ClientOptions = {}) {
    this.#url = url;
    this.#token = token;
    this.#retries = retries;
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

  /** All versions of one, highest first. */
  listVersions(
    name: string,
    cursor?: string,
  ): Promise<{ versions: readonly WorkflowResource[]; next: string | null }> {
    return this.#ask("GET", `/api/workflows/${encodeURIComponent(name)}/versions`, { query: { cursor } });
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

  /**
   * Its log as it grows, to its end: `for await (const event of client.followRun(run))`. Broken connections and restarts of
   * the server are waited for, with each event once.
   */
  followRun(run: string, options: FollowOptions = {}): AsyncGenerator<EventResource> {
    const path = `/api/runs/${encodeURIComponent(run)}/events`;
    return followEvents(
      (lastEventId, signal) =>
        this.#withToken((token) => openStream(this.#url, path, { token, lastEventId, signal })),
      options,
    );
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

  /** How far the last rotation of the tenant's key is. */
  showRotation(): Promise<KeyResource> {
    return this.#ask("GET", "/api/rotation", {});
  }

  listSecrets(): Promise<{ secrets: readonly SecretResource[] }> {
    return this.#ask("GET", "/api/secrets", {});
  }

  async deleteSecret(name: string): Promise<void> {
    await this.#ask("DELETE", `/api/secrets/${encodeURIComponent(name)}`, {});
  }

  /** The first secret that signs the tenant's calls. */
  createSigningSecret(): Promise<NewSigningSecretResource> {
    return this.#ask("POST", "/api/signing-secrets", {});
  }

  /** Another one; the one before signs beside it for 72 hours. */
  rotateSigningSecret(): Promise<NewSigningSecretResource> {
    return this.#ask("POST", "/api/signing-secrets/rotate", {});
  }

  listSigningSecrets(): Promise<{ signing_secrets: readonly SigningSecretResource[] }> {
    return this.#ask("GET", "/api/signing-secrets", {});
  }

  async revokeSigningSecret(id: string): Promise<void> {
    await this.#ask("DELETE", `/api/signing-secrets/${encodeURIComponent(id)}`, {});
  }

  /** An address that starts the workflow; `quota`: how many of its items may wait in the inbox. */
  createHook(workflow: string, quota?: number): Promise<NewHookResource> {
    const body = JSON.stringify({ workflow, quota });
    return this.#ask("POST", "/api/hooks", { headers: jsonHeaders, body });
  }

  listHooks(): Promise<{ hooks: readonly HookResource[] }> {
    return this.#ask("GET", "/api/hooks", {});
  }

  async revokeHook(id: string): Promise<void> {
    await this.#ask("DELETE", `/api/hooks/${encodeURIComponent(id)}`, {});
  }

  /** The newest first. `state`: one or more of `started`, `waiting`, `rejected`, `expired` and `refused`, separated by commas. */
  listDeliveries(
    hook: string,
    query: Ask["query"] = {},
  ): Promise<{ deliveries: readonly DeliveryResource[]; next: string | null }> {
    return this.#ask("GET", `/api/hooks/${encodeURIComponent(hook)}/deliveries`, { query });
  }

  showDelivery(id: string): Promise<ShownDeliveryResource> {
    return this.#ask("GET", `/api/deliveries/${encodeURIComponent(id)}`, {});
  }

  /** Through its hook once more. `again`: starts another run, whatever it came to before. Errors: `delivery_taken` … */
  replayDelivery(
    id: string,
    again = false,
  ): Promise<{ readonly run?: string; readonly item?: string; readonly location: string }> {
    const query = again ? { again: "true" } : {};
    return this.#ask("POST", `/api/deliveries/${encodeURIComponent(id)}/replay`, { query });
  }

  /** `state`: one or more of `waiting`, `started`, `rejected` and `expired`, separated by commas. */
  listInbox(query: Ask["query"]): Promise<{ items: readonly ItemResource[]; next: string | null }> {
    return this.#ask("GET", "/api/inbox", query === undefined ? {} : { query });
  }

  /** With what it holds. */
  showItem(id: string): Promise<ItemResource & { readonly content: Json }> {
    return this.#ask("GET", `/api/inbox/${encodeURIComponent(id)}`, {});
  }

  listGrants(): Promise<{ grants: readonly GrantResource[] }> {
    return this.#ask("GET", "/api/grants", {});
  }

  async revokeGrant(id: string): Promise<void> {
    await this.#ask("DELETE", `/api/grants/${encodeURIComponent(id)}`, {});
  }

  showSession(): Promise<SessionResource> {
    return this.#ask("GET", "/api/session", {});
  }

  /** Ends this session, or with `all` every one of the tenant. */
  async signOut(all = false): Promise<void> {
    await this.#ask("DELETE", "/api/session", { query: { all: String(all) } });
  }

  /** Newest first. */
  listAudit(
    cursor?: string,
    limit?: number,
  ): Promise<{ entries: readonly AuditEntryResource[]; next: string | null }> {
    const query = { cursor, limit: limit === undefined ? undefined : String(limit) };
    return this.#ask("GET", "/api/audit", { query });
  }

  /** @param seq of an entry whose code is known here: compare it with `at`, by `continuityOf` */
  verifyAudit(seq: number): Promise<AuditVerdictResource> {
    return this.#ask("GET", "/api/audit/verify", { query: { seq: String(seq) } });
  }

  /** @param lines of an export, at most a megabyte; @param after what they follow */
  verifyAuditLines(
    lines: readonly string[],
    after: AuditVerdictResource["head"] | null,
  ): Promise<AuditVerdictResource> {
    const query = after === null || after.seq === 0 ? {} : { seq: String(after.seq), mac: after.mac };
    const headers = { "content-type": "application/x-ndjson" };
    return this.#ask("POST", "/api/audit/verify", { query, headers, body: lines.join("\n") });
  }

  /** @param permit as `permitAuditExport` gives it; @param after the number of the last line that was read, or 0 */
  exportAudit(
    permit: string,
    after: number,
  ): Promise<{ readonly lines: readonly string[]; readonly next: number | null }> {
    const ask = { query: { after: String(after) }, headers: { "dispatched-export": permit } };
    return this.#ask("GET", "/api/audit/export", ask);
  }

  ready(): Promise<{ readonly status: string; readonly reason?: string }> {
    return askJson(this.#url, "GET", "/readyz", {}) as Promise<{ readonly status: string }>;
  }

  #ask<Result>(method: string, path: string, ask: Ask): Promise<Result> {
    return askAgain({ method, headers: ask.headers ?? {} }, this.#retries, () =>
      this.#withToken(async (token) => {
        const headers = { "dispatched-session": token, ...ask.headers };
        return (await askJson(this.#url, method, path, { ...ask, headers })) as Result;
      }),
    );
  }

  /** Once more with another token, when one was refused and there is another. */
  async #withToken<Result>(use: (token: string) => Promise<Result>): Promise<Result> {
    const token = typeof this.#token === "string" ? this.#token : await this.#token.token();
    try {
      return await use(token);
    } catch (error) {
      const ended = error instanceof ClientError && error.code === "unauthenticated";
      const next = ended && typeof this.#token !== "string" ? await this.#token.renew(token) : null;
      if (next === null) throw error;
      return use(next);
    }
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
