// What the writer thread does with what it is asked about the inbox, hooks, deliveries and grants.

import type { Database } from "better-sqlite3";
import type { AuditWrites } from "./audit-writes.ts";
import { prepareDeliveries } from "./delivery-writes.ts";
import type { GrantWrites } from "./grant-writes.ts";
import { prepareHooks } from "./hook-writes.ts";
import type { InboxWrite } from "./inbox-protocol.ts";
import type { InboxWrites } from "./inbox-writes.ts";
import type { KeyFence } from "./key-fence.ts";

export function preparePerformInbox(
  { inbox, grants }: { readonly inbox: InboxWrites; readonly grants: GrantWrites },
  database: Database,
  fence: KeyFence,
  audit: AuditWrites,
): (request: InboxWrite) => unknown {
  const hooks = prepareHooks(database, fence, audit);
  const deliveries = prepareDeliveries(database, fence);
  return (request) => {
    switch (request.op) {
      case "putItem":
        return inbox.put(request.item, request.room);
      case "settleItems":
        return inbox.settle(request.tenant, request.outcomes, request.at);
      case "expireItems":
        return inbox.expire(request.now, request.limit);
      case "dropItems":
        return inbox.drop(request.beforeMs, request.limit);
      case "putHook":
        return hooks.put(request.row, request.max, request.audit);
      case "revokeHook":
        return hooks.revoke(request.tenant, request.id, request.at, request.audit);
      case "dropHooks":
        return hooks.drop(request.beforeMs, request.limit);
      case "putDeliveries":
        return deliveries.put(request.rows, request.bounds);
      case "dropDeliveries":
        return deliveries.drop(request.now, request.limit);
      case "putGrant":
        return grants.put(request.row);
      case "revokeGrant":
        return grants.revoke(request.tenant, request.id, request.at, request.audit);
      case "expireGrants":
        return grants.expire(request.now);
    }
  };
}
