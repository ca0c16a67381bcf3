// Access tokens by client credentials (RFC 6749, section 4.4): kept in memory for all calls of a tenant that ask alike.

import type { OutboundOutcome, OutboundRequest } from "../ports/caller.ts";
import { base64 } from "../value/base64.ts";
import { formEncoded } from "../value/form-encoded.ts";
import type { TenantId } from "../value/id.ts";
import { isJsonObject, type JsonObject, member } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import type { CallRefusal } from "./authorized-call.ts";
import type { Sending } from "./gated-sending.ts";
import { hex } from "./hex.ts";
import type { EnginePorts } from "./ports.ts";

type Texts = Readonly<Record<string, string>>;

export type TokenResult = { readonly token: string } | CallRefusal | "locked";

interface Asked {
  readonly tenant: TenantId;
  readonly texts: Texts;
}

interface Kept {
  readonly tenant: TenantId;
  readonly token: string;
  readonly renewAt: number;
  readonly endsAt: number;
}

interface Fetching {
  readonly told: Promise<Kept | CallRefusal | "locked">;
  readonly sending: Sending;
  /** Calls that wait for it. */
  waiting: number;
}

const timeoutMs = 30_000;
const maxBytes = 65_536;
/** A server should say how long a token holds (section 5.1); one that does not is asked again after this. */
const usualMs = 300_000;
/** No token is taken to hold for less: an endpoint is not asked more often than this for one. */
const lastsMsMin = 1_000;
/** A token is renewed when a tenth of its time is left, and no earlier than this before its end. */
const marginMsMax = 60_000;
const keptMax = 1_000;
/** RFC 6750, section 2.1. */
const tokenPattern = /^[A-Za-z0-9\-._~+/]+=*$/;

export class AccessTokens {
  readonly #ports: Pick<EnginePorts, "caller" | "clock" | "vault">;
  /** By a digest of tenant and fields, in which the secrets are. */
  readonly #kept = new Map<string, Kept>();
  readonly #fetching = new Map<string, Fetching>();

  constructor(ports: Pick<EnginePorts, "caller" | "clock" | "vault">) {
    this.#ports = ports;
  }

  /**
   * A token that holds for a while. However many ask, one request is under way; it goes through the gates of its own host,
   * and who asks for it steps aside meanwhile. `locked`: it may not be sent, for now.
   * @param refused the token that a service has refused: another is fetched, unless that has happened since
   */
  async token(
    tenant: TenantId,
    texts: Texts,
    sending: Sending,
    refused: string | null = null,
  ): Promise<TokenResult> {
    const { clock } = this.#ports;
    const { token_url: url = "" } = texts;
    const notAllowed = sending.refusalOf(url);
    if (notAllowed !== null) return notAllowed;
    const key = this.#keyOf(tenant, texts);
    const kept = this.#kept.get(key);
    const isGood = kept !== undefined && kept.token !== refused;
    if (isGood && clock.now() < kept.renewAt) return { token: kept.token };
    if (refused !== null && kept?.token === refused) this.#kept.delete(key);
    sending.stepAside();
    const fetching = this.#fetchOnce(key, sending, { tenant, texts });
    fetching.waiting++;
    sending.waitFor(fetching.sending, () => this.#waitsNoMore(key, fetching));
    const fetched = await fetching.told;
    if (fetched === "locked") return fetched;
    if ("token" in fetched) return { token: fetched.token };
    // It was asked for in the name of another workflow, which may not call the host any more: once more, in its own.
    if (fetching.sending.refusal !== null)
      return sending.refusalOf(url) ?? this.token(tenant, texts, sending, refused);
    return isGood && clock.now() < kept.endsAt ? { token: kept.token } : fetched;
  }

  /** One that has not ended, and is none that a service has refused; null when there is none, and nothing is asked for it. */
  atHand(tenant: TenantId, texts: Texts, refused: string | null): string | null {
    const kept = this.#kept.get(this.#keyOf(tenant, texts));
    const isGood = kept !== undefined && kept.token !== refused && this.#ports.clock.now() < kept.endsAt;
    return isGood ? kept.token : null;
  }

  #keyOf(tenant: TenantId, texts: Texts): string {
    const text = JSON.stringify([tenant, Object.entries(texts).sort()]);
    return hex(this.#ports.vault.digest(new TextEncoder().encode(text)));
  }

  forget(tenant: TenantId): void {
    for (const [key, kept] of this.#kept) if (kept.tenant === tenant) this.#kept.delete(key);
  }

  #fetchOnce(key: string, asking: Sending, asked: Asked): Fetching {
    const there = this.#fetching.get(key);
    if (there !== undefined) return there;
    const sending = asking.beside();
    const kept = this.#fetch(sending, asked).then((fetched) => {
      if (fetched === "locked") return fetched;
      if (!("token" in fetched)) return fetched;
      // The latest stands last.
      this.#kept.delete(key);
      const oldest = this.#kept.keys().next();
      if (this.#kept.size >= keptMax && !oldest.done) this.#kept.delete(oldest.value);
      this.#kept.set(key, fetched);
      return fetched;
    });
    const told = kept.finally(() => this.#forget(key, fetching));
    const fetching: Fetching = { told, sending, waiting: 0 };
    this.#fetching.set(key, fetching);
    return fetching;
  }

  /** A request that nobody wants any more is not sent. */
  #waitsNoMore(key: string, fetching: Fetching): void {
    if (--fetching.waiting === 0 && fetching.sending.withdraw()) this.#forget(key, fetching);
  }

  #forget(key: string, fetching: Fetching): void {
    if (this.#fetching.get(key) === fetching) this.#fetching.delete(key);
  }

  async #send(sending: Sending, request: OutboundRequest): Promise<OutboundOutcome | CallRefusal | "locked"> {
    while (await sending.again(request.url)) {
      if (!sending.begin(request.url)) continue;
      const outcome = await this.#ports.caller.call(request).outcome;
      sending.end(outcome);
      return outcome;
    }
    return sending.refusal ?? "locked";
  }

  async #fetch(sending: Sending, { tenant, texts }: Asked): Promise<Kept | CallRefusal | "locked"> {
    const { clock } = this.#ports;
    const outcome = await this.#send(sending, tokenRequest(texts));
    if (outcome === "locked" || outcome.type === "refused") return outcome;
    const body = outcome.type === "response" ? objectIn(outcome.body) : null;
    if (outcome.type !== "response" || outcome.status !== 200) return refusalOf(outcome, body);
    const token = body === null ? null : (member(body, "access_token") ?? null);
    const type = (body === null ? null : member(body, "token_type")) ?? "bearer";
    const isBearer = typeof type === "string" && type.toLowerCase() === "bearer";
    if (typeof token !== "string" || !tokenPattern.test(token) || !isBearer) {
      return refuse("request", "oauth2_refused", "the token endpoint answered without a bearer token");
    }
    const lasts = body === null ? null : member(body, "expires_in");
    const told = typeof lasts === "number" || typeof lasts === "string" ? Number(lasts) : Number.NaN;
    const lastsMs = told > 0 ? Math.min(Math.max(told * 1_000, lastsMsMin), 86_400_000) : usualMs;
    const endsAt = clock.now() + lastsMs;
    return { tenant, token, endsAt, renewAt: endsAt - Math.min(lastsMs / 10, marginMsMax) };
  }
}

/** Sections 2.3.1 and 4.4.2. */
function tokenRequest(texts: Texts): OutboundRequest {
  const { token_url = "", client_id = "", client_secret = "", client_auth = "basic" } = texts;
  const form: (readonly [string, string | undefined])[] = [
    ["grant_type", "client_credentials"],
    ["scope", texts["scope"]],
    ["audience", texts["audience"]],
  ];
  const headers: (readonly [string, string])[] = [
    ["content-type", "application/x-www-form-urlencoded"],
    ["accept", "application/json"],
    ["user-agent", "dispatched"],
  ];
  if (client_auth === "body") form.push(["client_id", client_id], ["client_secret", client_secret]);
  else
    headers.push([
      "authorization",
      `Basic ${base64(`${formEncoded(client_id)}:${formEncoded(client_secret)}`)}`,
    ]);
  const body = form
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${formEncoded(value)}`]))
    .join("&");
  return { method: "POST", url: token_url, headers, body, timeoutMs, maxBytes };
}

/** Of what the endpoint says only its error code is told: anything else may repeat what was sent. */
function refusalOf(outcome: OutboundOutcome, body: JsonObject | null): CallRefusal {
  if (outcome.type === "failure") {
    if (outcome.reason === "blocked")
      return refuse("request", "address_blocked", `the token endpoint: ${outcome.detail}`);
    if (outcome.reason === "invalid")
      return refuse("request", "request_not_valid", `the token endpoint: ${outcome.detail}`);
    return refuse("network", "oauth2_unavailable", `the token endpoint gave no answer: ${outcome.detail}`);
  }
  const { status } = outcome;
  if (status === 408 || status === 429 || status >= 500)
    return refuse("network", "oauth2_unavailable", `the token endpoint answered ${status}`);
  const error = body === null ? null : member(body, "error");
  const told = typeof error === "string" && /^[a-z_]{1,40}$/.test(error) ? `: ${error}` : "";
  return refuse("request", "oauth2_refused", `the token endpoint answered ${status}${told}`);
}

function refuse(reason: CallRefusal["reason"], code: string, message: string): CallRefusal {
  return { type: "refused", reason, code, message };
}

function objectIn(bytes: Uint8Array): JsonObject | null {
  const parsed = parseJson(new TextDecoder().decode(bytes), "data");
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
}
