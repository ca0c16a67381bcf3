// The purpose `backup`: a printed recovery sheet becomes the second recipient of the tenant's wrapping key.

import { readKeyText } from "../handshake/key-text.ts";
import { nobleSuite } from "../handshake/noble-suite.ts";
import type { Vault } from "../ports/vault.ts";
import { DispatchedError } from "../value/problem.ts";
import type { HandshakeAction } from "./handshake-action.ts";
import type { Tenants } from "./tenants.ts";

/**
 * `{"type": "recovery_key", "public_key": "dpub1_…"}`: in the place of the sheet before, if there was one. With null for
 * the key no sheet works any more.
 */
export function backupAction(tenants: Tenants, vault: Vault): HandshakeAction {
  return async ({ tenant, action, use }) => {
    const { type, public_key: text } = action;
    const key = typeof text === "string" ? readKeyText(nobleSuite, "public", text) : null;
    if (type !== "recovery_key" || (text !== null && key?.ok !== true)) {
      throw new DispatchedError(
        "invalid_body",
        "the action is recovery_key, with `public_key`: dpub1_ and 48 characters, or null",
      );
    }
    const { recovery: _before, ...row } = tenant;
    const recovery =
      key?.ok === true
        ? { publicKey: key.bytes, sealedKey: vault.sealForRecovery(tenant.tenant, key.bytes) }
        : null;
    const next = tenants.withCode(recovery === null ? row : { ...row, recovery });
    const fields = { sheet: recovery === null ? "none" : "new" };
    await use({ action: "recovery.set", fields }, { change: { before: tenant.code, row: next } });
    return {};
  };
}
