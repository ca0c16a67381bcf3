// What a handshake does that is not for signing in: message 3 names it, and a session cannot do it.

import type { Purpose } from "../handshake/prologue.ts";
import type { HandshakeUse, TenantRow } from "../ports/account-store.ts";
import type { JsonObject } from "../value/json.ts";
import type { AuditDraft } from "./audit-entry.ts";

export interface ActionOrder {
  /** Open here while the action is under way. */
  readonly tenant: TenantRow;
  readonly action: JsonObject;
  /** WK of the next generation, of a handshake that rotates the key. */
  readonly nextWrappingKey: Uint8Array | null;
  /**
   * To be called once, when the action is known to be good: from then on the handshake is used up, and `entry` is in the
   * tenant's audit log, which also takes down the device's address. Errors:
   * `handshake_refused` when it was before, or when the tenant has changed meanwhile.
   */
  use(
    entry: Omit<AuditDraft, "by">,
    what?: Partial<Pick<HandshakeUse, "change" | "ends" | "rotation">>,
  ): Promise<void>;
}

/** Gives what the device is told came of it. Errors: `invalid_body` for an action that is none. */
export type HandshakeAction = (order: ActionOrder) => Promise<JsonObject>;

export type HandshakeActions = Partial<Record<Purpose, HandshakeAction>>;
