// Sends a request with what shows who calls: signatures, made at the moment of sending.

import type { OutboundCall, OutboundOutcome, OutboundRequest } from "../ports/caller.ts";
import { DispatchedError } from "../value/problem.ts";
import { isLocked } from "./is-locked.ts";
import type { CallOrder } from "./perform-call.ts";
import type { EnginePorts } from "./ports.ts";
import type { Secrets } from "./secrets.ts";
import { signRequest } from "./sign-request.ts";

/** Nothing was sent to the service. `network`: it may be tried again; `request`: it may not. */
export interface CallRefusal {
  readonly type: "refused";
  readonly reason: "network" | "request";
  readonly code: string;
  /** Without any value of a secret. */
  readonly message: string;
}

/** `locked`: nothing was sent, for now. */
export type AuthorizedOutcome = OutboundOutcome | CallRefusal | "locked";

export interface AuthorizedCall {
  /** Never rejects. */
  readonly outcome: Promise<AuthorizedOutcome>;
  abort(): void;
}

/** Sends at once when all that it needs is in memory. */
export function authorizedCall(
  ports: EnginePorts,
  secrets: Secrets,
  { tenant, sending }: Pick<CallOrder, "tenant" | "sending">,
  request: OutboundRequest,
): AuthorizedCall {
  const send = (signing: Parameters<typeof signRequest>[1]) => {
    const signed = signRequest(ports.vault, signing, request, ports.clock.now());
    sending();
    return ports.caller.call(signed);
  };
  const known = secrets.signing.known(tenant);
  if (known !== null) return send(known);
  let aborted = false;
  let call: OutboundCall | null = null;
  const prepare = async (): Promise<AuthorizedOutcome> => {
    const signing = await secrets.signing.find(tenant);
    if (aborted) return abortedCall;
    call = send(signing);
    return call.outcome;
  };
  return {
    outcome: prepare().catch((error: unknown): AuthorizedOutcome => {
      const mayPass = isLocked(error) || (error instanceof DispatchedError && error.retryable);
      return mayPass ? "locked" : unreadable;
    }),
    abort() {
      aborted = true;
      call?.abort();
    },
  };
}

const abortedCall: OutboundOutcome = {
  type: "failure",
  reason: "aborted",
  sent: false,
  status: null,
  detail: "the call was aborted",
};

const unreadable: CallRefusal = {
  type: "refused",
  reason: "request",
  code: "secret_not_readable",
  message: "the signing secret could not be read",
};
