// Sends a request with what shows who calls: made at the moment of sending, and seen by nobody else.

import type { FilledAuth } from "../language/fill-request.ts";
import type { OutboundCall, OutboundOutcome, OutboundRequest } from "../ports/caller.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Sending } from "./gated-sending.ts";
import { isLocked } from "./is-locked.ts";
import type { CallOrder } from "./perform-call.ts";
import type { EnginePorts } from "./ports.ts";
import type { Secrets } from "./secrets.ts";
import { signAws } from "./sign-aws.ts";
import { signRequest } from "./sign-request.ts";

/** Nothing was sent to the service. `network`: it may be tried again; `request`: it may not. */
export interface CallRefusal {
  readonly type: "refused";
  readonly reason: "network" | "request";
  readonly code: string;
  /** May have the value of a secret, where a token endpoint gave it back. */
  readonly message: string;
}

export interface AuthorizedOutcome {
  /** `locked`: nothing was sent, for now. */
  readonly outcome: OutboundOutcome | CallRefusal | "locked";
  /** Texts that were sent and must not be recorded, besides the values of secrets. */
  readonly made: readonly string[];
}

export interface AuthorizedCall {
  /** Never rejects. */
  readonly ended: Promise<AuthorizedOutcome>;
  abort(): void;
}

export interface CallContext {
  readonly ports: EnginePorts;
  readonly secrets: Secrets;
  readonly tenant: CallOrder["tenant"];
  readonly sending: Sending;
  /** As that of `sending`. */
  readonly begin: (url: string) => boolean;
}

const nothing: readonly string[] = [];

/** Sends at once when all that it needs is in memory. */
export function authorizedCall(
  context: CallContext,
  request: OutboundRequest,
  auth: FilledAuth | null,
): AuthorizedCall {
  const { ports, secrets, tenant } = context;
  const known = secrets.signing.known(tenant);
  if (known !== null && auth?.type !== "oauth2") {
    const ready = withAuth(ports, auth, request);
    if ("code" in ready)
      return { ended: Promise.resolve({ outcome: ready, made: nothing }), abort: () => {} };
    const signed = signRequest(ports, known, ready);
    const { sending } = context;
    if (!context.begin(signed.url)) {
      const outcome = sending.refusal ?? "locked";
      return { ended: Promise.resolve({ outcome, made: nothing }), abort: () => {} };
    }
    const call = ports.caller.call(signed);
    const ended = call.outcome.then((outcome) => {
      sending.end(outcome);
      return { outcome, made: nothing };
    });
    return { ended, abort: () => call.abort() };
  }
  const call = new PreparedCall(context);
  const ended = call.perform(request, auth).catch((error: unknown): AuthorizedOutcome => {
    const mayPass = isLocked(error) || (error instanceof DispatchedError && error.retryable);
    return { outcome: mayPass ? "locked" : unreadable, made: nothing };
  });
  return { ended, abort: () => call.abort() };
}

/** A call for which something must be read or fetched first. */
class PreparedCall {
  readonly #context: CallContext;
  #aborted = false;
  #call: OutboundCall | null = null;

  constructor(context: CallContext) {
    this.#context = context;
  }

  abort(): void {
    this.#aborted = true;
    this.#call?.abort();
  }

  async perform(request: OutboundRequest, auth: FilledAuth | null): Promise<AuthorizedOutcome> {
    if (auth?.type === "oauth2") return this.#withToken(request, auth);
    const ready = withAuth(this.#context.ports, auth, request);
    return { outcome: "code" in ready ? ready : await this.#send(ready), made: nothing };
  }

  /** A token that the service does not take is renewed once, however new it was: others may have waited for it, too. */
  async #withToken(request: OutboundRequest, { texts }: FilledAuth): Promise<AuthorizedOutcome> {
    const first = await this.#sendWithToken(request, texts, null);
    const { outcome, token } = first;
    const isRefused = outcome !== "locked" && outcome.type === "response" && outcome.status === 401;
    const made = token === null ? nothing : [token];
    if (!isRefused || token === null) return { outcome, made };
    const second = await this.#sendWithToken(request, texts, token);
    // The first was heard: one that may not follow it is not all that there was, unless it may follow later.
    const again = second.outcome;
    if (again !== "locked" && again.type === "refused") {
      if (again.reason === "request") return { outcome, made };
      return { outcome: { ...again, message: `the service answered 401, and ${again.message}` }, made };
    }
    return { outcome: again, made: second.token === null ? made : [token, second.token] };
  }

  /**
   * When the gates of the host let it through, with a token that holds then: waiting for its turn may take longer than a token
   * lasts, and while one is fetched others are let through.
   * @param refused the token that the service has refused
   */
  async #sendWithToken(
    request: OutboundRequest,
    texts: FilledAuth["texts"],
    refused: string | null,
  ): Promise<{ readonly outcome: AuthorizedOutcome["outcome"]; readonly token: string | null }> {
    const { tenant, sending } = this.#context;
    const { tokens } = this.#context.secrets;
    let got = await tokens.token(tenant, texts, sending, refused);
    // What was sent has left the gates.
    if (refused !== null) sending.stepAside();
    for (let waited = sending.isAside; got !== "locked"; waited = true) {
      if ("code" in got) return { outcome: got, token: null };
      if (waited) {
        if (!(await sending.again(null)))
          return { outcome: this.#aborted ? abortedCall : (sending.refusal ?? "locked"), token: null };
        const atHand = tokens.atHand(tenant, texts, refused);
        // An endpoint may give the same again, and would go on so.
        if (atHand === null && got.token !== refused) {
          got = await tokens.token(tenant, texts, sending, refused);
          continue;
        }
        got = { token: atHand ?? got.token };
      }
      const outcome = await this.#send(withBearer(request, got.token));
      if (!waited || outcome !== "locked" || !sending.isHeldBack) return { outcome, token: got.token };
    }
    return { outcome: "locked", token: null };
  }

  async #send(request: OutboundRequest): Promise<AuthorizedOutcome["outcome"]> {
    const { ports, secrets, tenant, sending, begin } = this.#context;
    const signing = await secrets.signing.find(tenant);
    if (this.#aborted) return abortedCall;
    const signed = signRequest(ports, signing, request);
    if (!begin(signed.url)) return sending.refusal ?? "locked";
    this.#call = ports.caller.call(signed);
    const outcome = await this.#call.outcome;
    sending.end(outcome);
    return outcome;
  }
}

function withAuth(
  { vault, clock }: EnginePorts,
  auth: FilledAuth | null,
  request: OutboundRequest,
): OutboundRequest | CallRefusal {
  if (auth === null) return request;
  if (auth.type === "aws_sigv4") return signAws(vault, auth.texts, request, clock.now());
  if (!/^https:/i.test(request.url)) return notEncrypted;
  const { certificate = "", key = "", passphrase } = auth.texts;
  const clientCertificate = { certificate, key, ...(passphrase === undefined ? {} : { passphrase }) };
  return { ...request, clientCertificate };
}

function withBearer(request: OutboundRequest, token: string): OutboundRequest {
  return { ...request, headers: [...request.headers, ["authorization", `Bearer ${token}`]] };
}

const abortedCall: OutboundOutcome = {
  type: "failure",
  reason: "aborted",
  sent: false,
  status: null,
  detail: "the call was aborted",
};

const notEncrypted: CallRefusal = {
  type: "refused",
  reason: "request",
  code: "client_certificate_invalid",
  message: "a client certificate can be shown to an `https` address only",
};

const unreadable: CallRefusal = {
  type: "refused",
  reason: "request",
  code: "secret_not_readable",
  message: "the signing secret could not be read",
};
