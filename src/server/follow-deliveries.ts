// What comes by a tenant's hooks, as a stream that goes on where another broke off.

import type { HookFilter } from "../engine/inbox-api.ts";
import type { TenantId } from "../value/id.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { beatMs, type StreamEvent } from "./event-stream.ts";
import type { Following } from "./follow-run.ts";
import { deliveryJson } from "./inbox-json.ts";

/**
 * `begin` with the place in the line, then `delivery` for each that comes by hooks that fit, in order, each once; those that are
 * made meanwhile are among them. Every message has the id after which a later stream goes on.
 */
export async function* followDeliveries(
  { engine, clock, mayGoOn }: Following,
  tenant: TenantId,
  filter: HookFilter,
  begin: string,
): AsyncGenerator<readonly StreamEvent[]> {
  yield [{ id: begin, event: "begin", data: "{}" }];
  let judgedAt = clock.now();
  for (let cursor = begin; engine.unready() === null; ) {
    const seen = await engine.deliveries.since(tenant, cursor, clock.now() + beatMs);
    if (clock.now() >= judgedAt + beatMs) {
      if (!(await mayGoOn())) return;
      judgedAt = clock.now();
    }
    ({ cursor } = seen);
    // Asked after the deliveries: whatever hook one came by is there by now.
    const came = seen.rows.map(({ delivery }) => delivery.hook);
    const hooks = await engine.hooks.fitting(tenant, filter, came);
    yield seen.rows
      .filter(({ delivery }) => hooks.has(delivery.hook))
      .map(({ delivery, cursor: id }) => {
        return { id, event: "delivery", data: stringifyJson(deliveryJson(delivery)) };
      });
  }
}
