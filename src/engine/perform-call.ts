// Makes one attempt of one call: secrets are put in here and nowhere else, and taken out again of what comes back.

import { fillRequest, secretNames } from "../language/fill-request.ts";
import type { OutboundOutcome } from "../ports/caller.ts";
import type { AttemptOutcome } from "../run/command.ts";
import type { CallEffect } from "../run/effect.ts";
import type { TenantId } from "../value/id.ts";
import { maskOf } from "./mask.ts";
import type { EnginePorts } from "./ports.ts";
import { readAnswer } from "./read-answer.ts";
import { secretValues } from "./secret-values.ts";
import type { Secrets } from "./secrets.ts";

export interface CallUnderWay {
  abort(): void;
}

export interface CallOrder {
  readonly tenant: TenantId;
  readonly effect: CallEffect;
  /** The engine's own headers. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The address and token of the callback, made when the request holds one. */
  readonly callback: () => { readonly url: string; readonly token: string };
  /** Called once, later than this call returns, unless the call was aborted. */
  readonly done: (outcome: AttemptOutcome) => void;
}

const noSecrets: ReadonlyMap<string, string> = new Map();

export function performCall(ports: EnginePorts, secrets: Secrets, order: CallOrder): CallUnderWay {
  const names = secretNames(order.effect.request);
  if (names.length === 0) return send(ports, order, noSecrets);
  const ofCallback = callbackValues(names, order);
  if (ofCallback.size === names.length) return send(ports, order, ofCallback);
  let aborted = false;
  let sent: CallUnderWay | null = null;
  const named = names.filter((name) => !ofCallback.has(name));
  secretValues(ports, secrets, order, named).then((found) => {
    if (aborted) return;
    if (found.ok) sent = send(ports, order, new Map([...found.values, ...ofCallback]));
    else order.done(requestFailure(found.code, found.message));
  });
  return {
    abort() {
      aborted = true;
      sent?.abort();
    },
  };
}

function callbackValues(names: readonly string[], order: CallOrder): ReadonlyMap<string, string> {
  if (!names.some((name) => name.startsWith("callback."))) return noSecrets;
  const { url, token } = order.callback();
  const values = new Map([
    ["callback.url", url],
    ["callback.token", token],
  ]);
  return new Map([...values].filter(([name]) => names.includes(name)));
}

function send(ports: EnginePorts, order: CallOrder, values: ReadonlyMap<string, string>): CallUnderWay {
  const { effect } = order;
  const filled = fillRequest(effect.request, values);
  let aborted = false;
  const settle = (outcome: AttemptOutcome) => {
    if (!aborted) order.done(outcome);
  };
  if (!filled.ok) {
    const { code, message } = filled.problem;
    Promise.resolve().then(() => settle(requestFailure(code, message)));
    return {
      abort() {
        aborted = true;
      },
    };
  }
  const { method, url, headers, body } = filled.request;
  const call = ports.caller.call({
    method,
    url,
    headers: [...headers, ...order.headers],
    body,
    timeoutMs: effect.response.timeoutMs,
    maxBytes: effect.response.maxBytes,
  });
  call.outcome.then((outcome) => settle(read(effect, url, outcome, values)));
  return {
    abort() {
      aborted = true;
      call.abort();
    },
  };
}

function read(
  effect: CallEffect,
  url: string,
  outcome: OutboundOutcome,
  values: ReadonlyMap<string, string>,
): AttemptOutcome {
  if (outcome.type === "response") return readAnswer(effect.response, outcome, values, url, effect.origin);
  const { reason, sent, status, detail } = outcome;
  const message = maskOf(values)?.(detail) ?? detail;
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
    case "invalid":
      return { type: "failure", reason: "request", code: "request_not_valid", message, sent, status };
  }
}

function requestFailure(code: string, message: string): AttemptOutcome {
  return { type: "failure", reason: "request", code, message, sent: false, status: null };
}
