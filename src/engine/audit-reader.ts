// The audit log read: by pages, verified, and exported.

import type { AuditHead } from "../handshake/confirmation.ts";
import { type AuditRow, emptyHead } from "../ports/audit-store.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { type AuditPorts, auditPlace } from "./audit.ts";
import { type ChainedEntry, type ChainFault, type ChainVerdict, verifyChain } from "./audit-chain.ts";
import { type AuditEntry, type AuditTexts, textsHash } from "./audit-entry.ts";
import type { AuditLines } from "./audit-export.ts";
import { auditLine, readAuditLine } from "./audit-line.ts";
import { decodeJson } from "./event-codec.ts";

/** Entries read at once when the whole log is read. */
const pageRows = 500;

export interface AuditView extends AuditEntry {
  readonly seq: number;
  readonly mac: Uint8Array;
  /** What was sealed; null when there is none, or it cannot be opened. */
  readonly opened: AuditTexts | null;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditView[];
  /** The number before which the next page ends, or null. */
  readonly before: number | null;
}

/** `texts_altered`: beside the entry stand other texts than those that it was written with. */
export type AuditFault = ChainFault | "texts_altered" | "unreadable";

export interface AuditVerdict {
  /** Null when the chain holds from its first entry to its last. */
  readonly fault: { readonly seq: number; readonly what: AuditFault } | null;
  /** The last entry up to which it holds. */
  readonly head: AuditHead;
  /** The entry of the number that was asked for; null when there is none up to `head`. */
  readonly at: AuditHead | null;
}

export class AuditReader {
  readonly #ports: AuditPorts;

  constructor(ports: AuditPorts) {
    this.#ports = ports;
  }

  head(tenant: TenantId): Promise<AuditHead> {
    return this.#ports.store.audit.head(tenant);
  }

  /** @param before entries of lower numbers only, or null for the newest */
  async list(tenant: TenantId, before: number | null, limit: number): Promise<AuditPage> {
    const { audit } = this.#ports.store;
    const end = before ?? (await audit.head(tenant)).seq + 1;
    const from = Math.max(1, end - limit);
    const rows = from >= end ? [] : await audit.read(tenant, from, end - from);
    const entries = rows.map((row) => this.#view(row)).reverse();
    return { entries, before: from > 1 ? from : null };
  }

  /**
   * @param seq of an entry that the caller has seen, to be compared by the caller; 0 for none
   * @param later only what follows that entry, whose own code is taken as it stands: its code stands for all before it
   */
  async verify(tenant: TenantId, seq: number, later = false): Promise<AuditVerdict> {
    let at = seq === 0 ? emptyHead : later ? await this.#codeAt(tenant, seq) : null;
    if (later && at === null) return { fault: null, head: await this.head(tenant), at };
    let head = (later ? at : null) ?? emptyHead;
    for (;;) {
      const rows = await this.#ports.store.audit.read(tenant, head.seq + 1, pageRows);
      if (rows.length === 0) return { fault: null, head, at };
      for (const row of rows) {
        const verdict = this.#judge(tenant, head, row);
        if (!verdict.ok) return { fault: { seq: verdict.seq, what: verdict.fault }, head, at };
        if (this.#hasOtherTexts(row)) return { fault: { seq: row.seq, what: "texts_altered" }, head, at };
        head = verdict.head;
        if (head.seq === seq) at = head;
      }
    }
  }

  /** Lines as `readAuditLine` reads them, of entries after number `after`. */
  async lines(tenant: TenantId, after: number, limit: number): Promise<AuditLines> {
    const rows = await this.#ports.store.audit.read(tenant, after + 1, limit);
    const next = rows.length < limit ? null : after + rows.length;
    return { lines: rows.map((row) => auditLine(row, this.#open(row))), next };
  }

  /** Lines of an export that follow `after`: `seq` of a fault is the number that belongs at the line. */
  verifyLines(tenant: TenantId, after: AuditHead, lines: readonly string[]): AuditVerdict {
    let head = after;
    for (const text of lines) {
      const seq = head.seq + 1;
      const line = readAuditLine(text);
      if (line === null) return { fault: { seq, what: "unreadable" }, head, at: null };
      const owned = line.tenant === tenant;
      const verdict = owned
        ? this.#judge(tenant, head, line)
        : ({ ok: false, seq, fault: "altered" } as const);
      if (!verdict.ok) return { fault: { seq, what: verdict.fault }, head, at: null };
      const { id, texts } = line.entry as unknown as AuditEntry;
      const hash = line.texts === null ? null : textsHash(this.#ports.vault, tenant, id, line.texts);
      if (line.texts !== null && hash !== texts)
        return { fault: { seq, what: "texts_altered" }, head, at: null };
      head = verdict.head;
    }
    return { fault: null, head, at: null };
  }

  async #codeAt(tenant: TenantId, seq: number): Promise<AuditHead | null> {
    const [row] = await this.#ports.store.audit.read(tenant, seq, 1);
    return row?.seq === seq ? { seq, mac: row.mac } : null;
  }

  #judge(tenant: TenantId, head: AuditHead, row: ChainedEntry): ChainVerdict {
    return verifyChain((fields) => this.#ports.vault.codeOfEntry(fields), tenant, head, [row]);
  }

  /** Somebody put other texts beside the entry, or took them away; not told while they cannot be opened here. */
  #hasOtherTexts(row: AuditRow): boolean {
    const { id, texts } = entryOf(row);
    if (texts === null) return row.sealed !== null;
    if (row.sealed === null || row.key === null) return true;
    if (!this.#ports.vault.isOpen(row.tenant)) return false;
    const opened = this.#open(row);
    return opened === null || textsHash(this.#ports.vault, row.tenant, id, opened) !== texts;
  }

  #view(row: AuditRow): AuditView {
    return { ...entryOf(row), seq: row.seq, mac: row.mac, opened: this.#open(row) };
  }

  #open({ tenant, body, key, sealed }: AuditRow): AuditTexts | null {
    if (key === null || sealed === null) return null;
    const { vault } = this.#ports;
    const { id } = decodeJson(body) as unknown as AuditEntry;
    try {
      const dataKey = vault.unwrapKey(auditPlace(tenant, id, "key"), { key, live: null });
      return decodeJson(vault.open(dataKey, auditPlace(tenant, id, "sealed"), sealed)) as AuditTexts;
    } catch (error) {
      if (error instanceof DispatchedError) return null;
      throw error;
    }
  }
}

function entryOf({ body }: AuditRow): AuditEntry {
  return decodeJson(body) as unknown as AuditEntry;
}
