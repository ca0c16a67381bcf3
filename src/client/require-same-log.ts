// Whether a server's audit log still has the entry that a device saw last: if not, its store went back to an earlier state.

import { continuityOf } from "../handshake/audit-continuity.ts";
import type { AuditHead } from "../handshake/confirmation.ts";
import { bytesOfBase64Url } from "../value/base64-url.ts";
import { Client } from "./client.ts";
import { ClientError } from "./client-error.ts";
import type { AuditVerdictResource } from "./resources.ts";

/**
 * The head of a sign-in does not tell it: each sign-in adds an entry, so that a store that went back has as many again after a few.
 * The session of whoever is refused is ended. Errors: `server_rolled_back`.
 * @param known the head as this device saw it last
 */
export async function requireSameLog(url: string, token: string, known: AuditHead): Promise<void> {
  const client = new Client(url, token);
  const { fault, head, at } = await client.verifyAudit(known.seq, true);
  const continuity = continuityOf(known, bytesOf(head), at === null ? null : bytesOf(at));
  if (fault === null && (continuity === "same" || continuity === "grown")) return;
  // It must be told in any case.
  await client.signOut().catch(() => {});
  throw rolledBack(url);
}

export function rolledBack(url: string): ClientError {
  const message = `the store of ${url} went back to an earlier state since the last sign-in from here`;
  const hint =
    "if its operator put a backup back: `dispatched audit verify --accept`; if what was there is back: `dispatched audit verify`; else somebody did";
  const code = "server_rolled_back";
  return new ClientError(code, 0, message, { code, detail: message, hint });
}

function bytesOf({ seq, mac }: AuditVerdictResource["head"]): AuditHead {
  return { seq, mac: bytesOfBase64Url(mac) ?? new Uint8Array(0) };
}
