// What a call of a run is made of, beside the request: headers of the engine, the address for its callback.

import { callHeaders } from "../run/call-headers.ts";
import type { CallEffect } from "../run/effect.ts";
import { assert } from "../value/assert.ts";
import type { ActiveRun } from "./active-run.ts";
import { callbackToken } from "./callbacks.ts";
import type { CallOrder } from "./perform-call.ts";
import type { RunHost } from "./run-host.ts";
import { mintRunToken } from "./run-token.ts";

export function callOf(
  host: RunHost,
  run: ActiveRun,
  effect: CallEffect,
): Omit<CallOrder, "done" | "sending"> {
  const { tenant, definition, id } = run.identity;
  assert(run.state !== null, "a call has a durable state");
  const headers = callHeaders(definition.workflow, run.state, effect);
  const callback = () => {
    const { step, item } = effect;
    const token = callbackToken(host.ports.vault, { tenant, run: id, step, item });
    return { token, url: `${host.options.publicUrl()}/callbacks/${token}` };
  };
  const runToken = () => mintRunToken(host.ports, { tenant, run: id, key: run.identity.key });
  const hosts = run.state.created.hosts ?? null;
  return { tenant, effect, hosts, headers, slices: host.slices, callback, runToken };
}
