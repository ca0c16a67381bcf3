// What the writer thread does with what it is asked about tenants, handshakes and sessions.

import type { Database } from "better-sqlite3";
import { prepareAccounts } from "./account-writes.ts";
import type { AuditWrites } from "./audit-writes.ts";
import type { EpochFence } from "./epoch-fence.ts";
import type { Heads } from "./heads.ts";
import type { KeyWrites } from "./key-writes.ts";
import { prepareSessions } from "./session-writes.ts";
import type { WriterRequest } from "./writer-protocol.ts";

type AccountOp = "createTenant" | "useHandshake" | "linkSession" | "endSessions" | "dropEndedSessions";
type AccountWrite = Extract<WriterRequest, { op: AccountOp }>;

export function preparePerformAccounts(
  database: Database,
  heads: Heads,
  audit: AuditWrites,
  keys: KeyWrites,
  epochs: EpochFence,
): (request: AccountWrite) => unknown {
  const sessions = prepareSessions(database, audit, epochs);
  const accounts = prepareAccounts(database, heads, audit, keys, sessions, epochs);
  return (request) => {
    switch (request.op) {
      case "createTenant":
        return accounts.create(request.row, request.audit);
      case "useHandshake":
        return accounts.use(request.tenant, request.use);
      case "linkSession":
        return sessions.link(request.row, request.uses, request.audit);
      case "endSessions":
        return sessions.endSessions(request.tenant, request.token, request.audit);
      case "dropEndedSessions":
        return accounts.dropEnded(request.beforeMs);
    }
  };
}
