// What is asked about deliveries: lists, one of them, one of them sent again, and one that could not be read.

import type { DeliveryState } from "../ports/delivery-store.ts";
import type { Page } from "../ports/store.ts";
import type { DeliveryId, HookId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Audit } from "./audit.ts";
import { type AuditActor, someSession } from "./audit-entry.ts";
import type { DeliveriesSeen, DeliveryView, ShownDelivery } from "./deliveries.ts";
import type { DeliveryContent } from "./delivery-content.ts";
import type { Door } from "./door.ts";
import type { Accepted, HookRequest } from "./inbox-api.ts";

export class DeliveryDesk {
  readonly #door: Door;
  readonly #audit: Audit;

  constructor(door: Door, audit: Audit) {
    this.#door = door;
    this.#audit = audit;
  }

  /** The newest first. */
  list(
    tenant: TenantId,
    hook: HookId,
    states: readonly DeliveryState[] | null,
    cursor: string | null,
    limit: number,
  ): Promise<Page<DeliveryView>> {
    return this.#door.deliveries.list(tenant, hook, states, cursor, limit);
  }

  /**
   * What came by any hook after the cursor, in the order in which it came, waited for until `untilMs` (milliseconds since
   * 1970). Null: nothing, and where the line ends now. Errors: `invalid_cursor`.
   */
  since(tenant: TenantId, cursor: string | null, untilMs: number): Promise<DeliveriesSeen> {
    return this.#door.deliveries.since(tenant, cursor, untilMs);
  }

  /** Errors: `delivery_not_found`, `locked`. */
  show(tenant: TenantId, id: DeliveryId): Promise<ShownDelivery> {
    return this.#door.deliveries.show(tenant, id);
  }

  /** A request to a hook that could not be read, by the code of why. Errors: `hook_unknown`. */
  refuse(token: string, content: DeliveryContent, reason: string): Promise<void> {
    return this.#door.refuse(token, content, reason);
  }

  /**
   * Through its hook once more, as of the time when it came. One that was refused comes to what its sender's own next try
   * would come to; `again` starts another run in any case. Errors: as of `acceptHook`, and `delivery_not_found`,
   * `delivery_taken`, `delivery_cut`, `hook_not_found`, `locked`.
   * @param read what came, as a trigger has it
   */
  async replay(
    tenant: TenantId,
    id: DeliveryId,
    again: boolean,
    read: (content: DeliveryContent) => HookRequest,
    by: AuditActor = someSession,
  ): Promise<Accepted> {
    const { hook, state, receivedAt, content, run, item } = await this.show(tenant, id);
    if (!again && (state === "started" || state === "waiting")) {
      throw new DispatchedError("delivery_taken", `${id} came to ${run ?? item} before`, {
        extra: { run, item },
        hint: "`?again=true` starts another run",
      });
    }
    if (!content.whole)
      throw new DispatchedError("delivery_cut", `of the body of ${id} not everything is kept`);
    const request = read(content);
    const fields = { delivery: id, hook, again: again ? 1 : 0 };
    await this.#audit.settle(tenant, this.#audit.pend(tenant, { action: "delivery.replayed", by, fields }));
    return this.#door.replay(tenant, hook, request, {
      of: id,
      receivedAt: content.firstAt ?? receivedAt,
      again,
    });
  }
}
