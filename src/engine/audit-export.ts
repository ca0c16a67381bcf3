// The export of an audit log: a handshake permits it for some minutes, and then it is read line by line.

import { joinFields } from "../handshake/join-fields.ts";
import { base64Url } from "../value/base64-url.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { AuditPorts } from "./audit.ts";
import type { AuditReader } from "./audit-reader.ts";
import type { HandshakeAction } from "./handshake-action.ts";
import { sameText } from "./same-text.ts";

export interface AuditLines {
  /** As `readAuditLine` reads them, without breaks. */
  readonly lines: readonly string[];
  /** The number of the last of them; null when there are no more. */
  readonly next: number | null;
}

const permitMs = 600_000;

export class AuditExport {
  readonly #ports: AuditPorts;
  readonly #reader: AuditReader;

  constructor(ports: AuditPorts, reader: AuditReader) {
    this.#ports = ports;
    this.#reader = reader;
  }

  /** The purpose `export`: `{"type": "export_audit"}` gives a `permit`, good for ten minutes. */
  readonly action: HandshakeAction = async ({ tenant: { tenant }, action, use }) => {
    if (action["type"] !== "export_audit") {
      throw new DispatchedError("invalid_body", "the action is export_audit");
    }
    const expiresAt = this.#ports.clock.now() + permitMs;
    const expires_at = new Date(expiresAt).toISOString();
    await use({ action: "log.exported", fields: { expires_at } });
    return { permit: this.#permit(tenant, expiresAt), expires_at };
  };

  /** @param after the number of the last line that was read, 0 for none. Errors: `unauthenticated`. */
  async lines(tenant: TenantId, permit: string, after: number, limit: number): Promise<AuditLines> {
    if (permit === "") {
      throw new DispatchedError(
        "private_key_needed",
        "an export needs a permit, which the private key gives",
        {
          hint: "`dispatched audit export` asks for one with the private key",
        },
      );
    }
    const expiresAt = Number(/^(\d{1,15})\./.exec(permit)?.[1] ?? 0);
    if (expiresAt <= this.#ports.clock.now() || !sameText(permit, this.#permit(tenant, expiresAt))) {
      throw new DispatchedError("unauthenticated", "the request brings no valid permit to export", {
        hint: "`dispatched audit export` asks for one with the private key",
      });
    }
    return this.#reader.lines(tenant, after, limit);
  }

  /** Another first field than an entry has: neither is ever taken for the other. */
  #permit(tenant: TenantId, expiresAt: number): string {
    const code = this.#ports.vault.codeOfEntry(joinFields("dispatched/v1/audit-export", tenant, expiresAt));
    return `${expiresAt}.${base64Url(code)}`;
  }
}
