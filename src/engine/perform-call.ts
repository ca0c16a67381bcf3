// Makes one attempt of one call: secrets are put in here and nowhere else, and taken out again of what comes back.

import { type FilledRequest, fillRequest, secretNames } from "../language/fill-request.ts";
import type { EvaluationProblem } from "../language/workflow.ts";
import type { BodyStream, OutboundOutcome, OutboundRequest } from "../ports/caller.ts";
import type { AttemptOutcome } from "../run/command.ts";
import type { CallEffect } from "../run/effect.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { originOf } from "../value/resolve-url.ts";
import { BodyAway, type StoredMember } from "../value/stored-body.ts";
import type { AllowedHosts } from "./allowed-hosts.ts";
import type { CallRefusal } from "./authorized-call.ts";
import { followedCall } from "./followed-call.ts";
import type { Sending } from "./gated-sending.ts";
import type { Held } from "./host-gates.ts";
import { loweredHosts } from "./lowered-hosts.ts";
import { maskOf, type Sent } from "./mask.ts";
import type { EnginePorts } from "./ports.ts";
import { readAnswer } from "./read-answer.ts";
import { refuseHost } from "./refuse-host.ts";
import { type CallSecrets, secretValues } from "./secret-values.ts";
import type { OpenSecret, Secrets } from "./secrets.ts";
import { atOnce, lengthInOneGo, type Slices, type Work } from "./slices.ts";

export interface CallUnderWay {
  abort(): void;
  /** What holds it back, unsent; null when nothing does. */
  held?(): Held | null;
  /** Gives up a call of which nothing was sent yet; false when it is on its way. */
  withdraw?(): boolean;
  /** Sends it when its host's rule has let it through. */
  proceed?(): void;
}

export interface CallOrder {
  readonly tenant: TenantId;
  readonly effect: CallEffect;
  /** The only hosts that it may go to; null for anywhere. */
  readonly hosts: AllowedHosts;
  /** The engine's own headers. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The address and token of the callback, made when the request holds one. */
  readonly callback: () => { readonly url: string; readonly token: string };
  /** The token of the run, made when the request holds it. */
  readonly runToken: () => string;
  /** Large answers are read in these. */
  readonly slices: Slices;
  /** Asked about each request of it. */
  readonly sending: Sending;
  /** Called once, later than this call returns, unless the call was aborted. `locked`: nothing was sent, for now. */
  readonly done: (outcome: AttemptOutcome | "locked") => void;
}

/** What the attempt uses. */
interface Used extends CallSecrets {
  /** What must not be recorded: that, and what the answer may have of the call before. */
  readonly hidden: ReadonlyMap<string, string>;
}

const nothing: ReadonlyMap<string, string> = new Map();
const usesNothing: Used = { values: nothing, used: [], hidden: nothing, former: [] };

export function performCall(ports: EnginePorts, secrets: Secrets, order: CallOrder): CallUnderWay {
  const { request, masks = [] } = order.effect;
  const names = secretNames(request);
  if (names.length === 0 && masks.length === 0) return begin(ports, secrets, order, usesNothing);
  const ofEngine = engineValues([...names, ...masks], order);
  const named = names.filter((name) => !ofEngine.has(name));
  const masked = masks.filter((name) => !ofEngine.has(name) && !names.includes(name));
  if (named.length + masked.length === 0) {
    return begin(ports, secrets, order, { values: ofEngine, used: [], hidden: ofEngine, former: [] });
  }
  let aborted = false;
  let sent: CallUnderWay | null = null;
  secretValues(ports, secrets, order, { named, masked, ofEngine }).then(
    (found) => {
      if (aborted) return;
      if (!found.ok) {
        order.done({ ...requestFailure(found.code, found.message), ...usesOf(found.used) });
        return;
      }
      const { values, used, masked, former } = found;
      sent = begin(ports, secrets, order, { values, used, former, hidden: new Map([...masked, ...values]) });
    },
    (error: unknown) => {
      if (!aborted) order.done(unreadable(error));
    },
  );
  return {
    abort() {
      aborted = true;
      sent?.abort();
    },
  };
}

/** What the engine itself makes at this moment. */
function engineValues(names: readonly string[], order: CallOrder): ReadonlyMap<string, string> {
  const made = new Map<string, () => string>([
    ["callback.url", () => order.callback().url],
    ["callback.token", () => order.callback().token],
    ["run.session", order.runToken],
  ]);
  const found = names.flatMap((name): (readonly [string, string])[] => {
    const make = made.get(name);
    return make === undefined ? [] : [[name, make()]];
  });
  return found.length === 0 ? nothing : new Map(found);
}

/** Sends, after the bodies that the request reads, and does not just pass on, have been brought to hand. */
function begin(ports: EnginePorts, secrets: Secrets, order: CallOrder, uses: Used): CallUnderWay {
  try {
    return send(ports, secrets, order, uses);
  } catch (error) {
    if (!(error instanceof BodyAway)) throw error;
    return beginLater(ports, secrets, { order, uses }, error.stored);
  }
}

function beginLater(
  ports: EnginePorts,
  secrets: Secrets,
  { order, uses }: { readonly order: CallOrder; readonly uses: Used },
  stored: readonly StoredMember[],
): CallUnderWay {
  let aborted = false;
  let sent: CallUnderWay | null = null;
  for (const { source } of stored) source.hold();
  const letGo = () => {
    for (const { source } of stored) source.letGo();
  };
  Promise.all(stored.map(({ source, body }) => source.load(body))).then(
    () => {
      if (!aborted) sent = begin(ports, secrets, order, uses);
      letGo();
    },
    (error: unknown) => {
      letGo();
      if (!aborted) order.done(unreadable(error));
    },
  );
  return {
    abort() {
      aborted = true;
      sent?.abort();
    },
  };
}

function send(ports: EnginePorts, secrets: Secrets, order: CallOrder, uses: Used): CallUnderWay {
  const { effect } = order;
  const { used, hidden, former } = uses;
  const filled = fillRequest(effect.request, uses.values);
  const made = filled.ok ? madeOf(effect, filled.request, hidden) : [];
  const sent: Sent = { values: hidden, made: [...made, ...former] };
  let aborted = false;
  const settle = (outcome: AttemptOutcome | "locked") => {
    if (aborted) return;
    order.done(outcome === "locked" || used.length === 0 ? outcome : { ...outcome, ...usesOf(used) });
  };
  const refused = filled.ok
    ? refuseHost({ hosts: order.hosts, used, recorded: effect.request }, filled.request, sent)
    : filled.problem;
  if (!filled.ok || refused !== null) {
    const { code, message } = refused as EvaluationProblem;
    Promise.resolve().then(() => settle(requestFailure(code, message)));
    return {
      abort() {
        aborted = true;
      },
    };
  }
  const { method, url, headers, body } = filled.request;
  const request: OutboundRequest = {
    method,
    url,
    headers: [...headers, ...order.headers],
    body: body === null || typeof body === "string" || body instanceof Uint8Array ? body : streamOf(body),
    timeoutMs: effect.response.timeoutMs,
    maxBytes: effect.response.maxBytes,
  };
  const call = followedCall({ ports, secrets }, order, request, filled.request.auth, sent);
  const origin = effect.origin ?? originOf(url);
  call.ended.then(({ outcome, made, url: called }) => {
    if (outcome === "locked") return settle(outcome);
    const answering = { url: called, origin, redirected: called !== url };
    const reading = read(effect, answering, outcome, { ...sent, made: [...sent.made, ...made] });
    if (outcome.type !== "response" || outcome.body.length <= lengthInOneGo) return settle(atOnce(reading));
    return order.slices.do(order.tenant, reading, () => !aborted).then(settle);
  });
  return {
    abort() {
      aborted = true;
      call.abort();
    },
  };
}

/** What shows secrets in another form than as they are. */
function madeOf(
  effect: CallEffect,
  { url, headers, auth }: FilledRequest,
  hidden: ReadonlyMap<string, string>,
): readonly string[] {
  const credentials = credentialsIn(effect, headers);
  if (hidden.size === 0) return credentials;
  const tokenUrl = auth?.type === "oauth2" ? auth.texts["token_url"] : undefined;
  return [...credentials, ...loweredHosts(hidden.values(), [url, tokenUrl])];
}

/** Of a short password its place within the credentials cannot be told: they are masked as a whole. */
function credentialsIn(
  { request: { auth } }: CallEffect,
  headers: readonly (readonly [name: string, value: string])[],
): readonly string[] {
  if (auth?.type !== "basic" || (typeof auth.username === "string" && typeof auth.password === "string"))
    return [];
  const header = headers.findLast(([name]) => name === "authorization")?.[1] ?? "";
  return [header.slice("Basic ".length)];
}

function streamOf({ source, body }: StoredMember): BodyStream {
  return {
    bytes: body.bytes,
    isText: body.kind !== "base64",
    digest: body.digest,
    chunks: () => source.chunks(body),
  };
}

function usesOf(used: readonly OpenSecret[]): Pick<AttemptOutcome, "secrets"> {
  return used.length === 0 ? {} : { secrets: used.map(({ name, version }) => ({ name, version })) };
}

function* read(
  { response }: CallEffect,
  answering: Parameters<typeof readAnswer>[3],
  outcome: OutboundOutcome | CallRefusal,
  hidden: Sent,
): Work<AttemptOutcome> {
  if (outcome.type === "response") return yield* readAnswer(response, outcome, hidden, answering);
  const told = outcome.type === "refused" ? outcome.message : outcome.detail;
  const message = maskOf(hidden)?.(told) ?? told;
  if (outcome.type === "refused") return refusedCall({ ...outcome, message });
  const { reason, sent, status } = outcome;
  switch (reason) {
    case "network":
    case "aborted":
      return { type: "failure", reason: "network", code: "network", message, sent, status };
    case "timeout":
      return { type: "failure", reason, code: "response_timeout", message, sent, status };
    case "blocked":
      return { type: "failure", reason, code: "address_blocked", message, sent, status };
    case "too_large":
      return { type: "failure", reason, code: "response_too_large", message, sent, status };
    case "certificate":
      return requestFailure("client_certificate_invalid", message);
    case "invalid":
      return { type: "failure", reason: "request", code: "request_not_valid", message, sent, status };
  }
}

export function refusedCall(refusal: CallRefusal): AttemptOutcome {
  return { ...refusal, type: "failure", sent: false, status: null };
}

/** What is damaged stays so; anything else may be read at the next try. */
function unreadable(error: unknown): AttemptOutcome | "locked" {
  const damaged = error instanceof DispatchedError && !error.retryable;
  return damaged ? requestFailure(error.code, error.message) : "locked";
}

function requestFailure(code: string, message: string): AttemptOutcome {
  return { type: "failure", reason: "request", code, message, sent: false, status: null };
}
