// The purpose `replace-key`: another API key for the tenant, or the end of the tenant with all its data.

import { tokenHash } from "../handshake/token-hash.ts";
import { readToken } from "../handshake/token-text.ts";
import { DispatchedError } from "../value/problem.ts";
import { credentialId } from "./audit-entry.ts";
import type { HandshakeAction } from "./handshake-action.ts";
import type { Tenants } from "./tenants.ts";

/**
 * `{"type": "replace_api_key", "api_key": "dsk_live_…"}`: the device makes the key, so that no lost answer leaves it
 * without one; every session ends. `{"type": "delete_tenant", "tenant": "ten_…"}`: nothing of it is left
 * but its id, by which whatever comes late is refused.
 */
export function accountAction(tenants: Tenants, deleted: () => void): HandshakeAction {
  return async ({ tenant, action, use }) => {
    if (action["type"] === "replace_api_key") {
      const apiKey = action["api_key"];
      if (typeof apiKey !== "string" || readToken(apiKey)?.kind !== "key") {
        throw new DispatchedError("invalid_body", "`api_key` is no API key: dsk_live_ and 43 characters");
      }
      const row = tenants.withCode({ ...tenant, apiKey: tokenHash(apiKey) });
      const entry = { action: "api_key.replaced", fields: { api_key: credentialId(row.apiKey) } } as const;
      await use(entry, { change: { before: tenant.code, row }, ends: "sessions" });
      return {};
    }
    if (action["type"] === "delete_tenant" && action["tenant"] === tenant.tenant) {
      await use({ action: "tenant.deleted", fields: {} }, { ends: "tenant" });
      deleted();
      return {};
    }
    throw new DispatchedError("invalid_body", "the action is replace_api_key, or delete_tenant with its id");
  };
}
