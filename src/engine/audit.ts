// The audit log of each tenant: entries made, chained, and written together with what they tell of.

import type { AuditHead } from "../handshake/confirmation.ts";
import type { AuditAppend, AuditMoved, AuditRow } from "../ports/audit-store.ts";
import { isMarked } from "../ports/key-store.ts";
import type { Place } from "../ports/vault.ts";
import { base64Url } from "../value/base64-url.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { macOf } from "./audit-chain.ts";
import { type AuditDraft, type AuditTexts, entryBytes, textsHash } from "./audit-entry.ts";
import { encodeJson } from "./event-codec.ts";
import { followKey } from "./follow-key.ts";
import { keyRotated } from "./key-rotated.ts";
import type { EnginePorts } from "./ports.ts";

export type AuditPorts = Pick<EnginePorts, "store" | "vault" | "clock" | "entropy" | "log">;

const idBytes = 12;
/** Nodes that meet on one log try again; more than this many at once is no accident. */
const triesMax = 32;
/** Rotations of the tenant's key that come between. */
const sealsMax = 8;
/** After so many tries a writer waits a moment, at random, so that none meets the same others for ever. */
const triesAtOnce = 3;
const pauseMaxMs = 32;

/** An entry that is to be there once, however often its writing is tried. */
export interface PendingEntry {
  made: MadeEntry;
  /** As it was tried last; it stands, or may yet, if the head that it follows is still the head. */
  tried: AuditRow | null;
}

interface MadeEntry extends Pick<AuditRow, "body" | "key" | "sealed"> {
  readonly id: string;
  readonly texts: AuditTexts | null;
  /** How often its texts were sealed. */
  readonly seals: number;
}

export class Audit {
  readonly #ports: AuditPorts;
  /** The last write of each tenant on this node: they take turns, and only nodes meet. */
  readonly #turns = new Map<TenantId, Promise<unknown>>();

  constructor(ports: AuditPorts) {
    this.#ports = ports;
  }

  /**
   * Performs a write of the store with the entry in its transaction: give `append` to it. It is called again when another
   * node has written to the log meanwhile, and answers what the write answers otherwise. Errors: those of the write,
   * `store_unavailable`.
   */
  with<Result>(
    tenant: TenantId,
    draft: AuditDraft,
    write: (append: AuditAppend) => Promise<Result | AuditMoved>,
  ): Promise<Result> {
    let made = this.#make(tenant, draft);
    return this.#inTurn(tenant, async () => {
      for (let tries = 0; tries < triesMax; tries++) {
        const after = await this.#ports.store.audit.head(tenant);
        const result = await write({ after, rows: [this.#chain(tenant, after, made)] });
        if (result !== "audit_moved") return result as Result;
        await this.#pauseAfter(tries);
        made = await this.#current(tenant, made);
      }
      throw busy();
    });
  }

  /** For what has no row of its own; `settle` writes it. */
  pend(tenant: TenantId, draft: AuditDraft): PendingEntry {
    return { made: this.#make(tenant, draft), tried: null };
  }

  /**
   * Writes the entry if it is not there, and resolves when it is durable. After an error it may be called again with the same
   * entry: it will be there once. Errors: `store_unavailable`, `store_rolled_back`.
   */
  settle(tenant: TenantId, pending: PendingEntry): Promise<void> {
    const { audit } = this.#ports.store;
    return this.#inTurn(tenant, async () => {
      for (let tries = 0; tries < triesMax; tries++) {
        // The head first: what is not found after that is either gone for good or these very bytes.
        const after = await audit.head(tenant);
        if (pending.tried !== null && (await this.#stands(pending.tried))) return;
        const row = this.#chain(tenant, after, pending.made);
        pending.tried = row;
        if (await audit.append(tenant, { after, rows: [row] })) return;
        await this.#pauseAfter(tries);
        pending.made = await this.#current(tenant, pending.made);
      }
      throw busy();
    });
  }

  /** Sealed anew when the tenant's key was rotated meanwhile: no code is over it. */
  async #current(tenant: TenantId, made: MadeEntry): Promise<MadeEntry> {
    const { id, texts, key, seals } = made;
    if (key === null || texts === null) return made;
    const rotation = await this.#ports.store.keys.readRotation(tenant);
    if (rotation === null || isMarked(rotation.marks, key)) return made;
    if (seals === sealsMax) throw keyRotated();
    await followKey(this.#ports, tenant);
    return { ...made, ...this.#seal(tenant, id, texts), seals: seals + 1 };
  }

  #pauseAfter(tries: number): Promise<void> {
    if (tries < triesAtOnce) return Promise.resolve();
    const { clock, entropy } = this.#ports;
    const ms = 1 + ((entropy.bytes(1)[0] as number) % pauseMaxMs);
    return new Promise((resolve) => void clock.wakeAt(clock.now() + ms, resolve));
  }

  async #stands({ tenant, seq, mac }: AuditRow): Promise<boolean> {
    const [stored] = await this.#ports.store.audit.read(tenant, seq, 1);
    return stored !== undefined && stored.seq === seq && base64Url(stored.mac) === base64Url(mac);
  }

  #chain(tenant: TenantId, after: AuditHead, { body, key, sealed }: MadeEntry): AuditRow {
    const mac = macOf((fields) => this.#ports.vault.codeOfEntry(fields), tenant, after, body);
    return { tenant, seq: after.seq + 1, body, key, sealed, mac };
  }

  #make(tenant: TenantId, { action, by, fields, texts }: AuditDraft): MadeEntry {
    const { vault, clock, entropy } = this.#ports;
    const id = base64Url(entropy.bytes(idBytes));
    const body = entryBytes({
      id,
      at: new Date(clock.now()).toISOString(),
      action,
      actor: { type: by.type, id: by.id },
      address: by.address,
      fields,
      texts: texts === undefined ? null : textsHash(vault, tenant, id, texts),
    });
    const sealed = texts === undefined ? { key: null, sealed: null } : this.#seal(tenant, id, texts);
    return { id, body, texts: texts ?? null, ...sealed, seals: 1 };
  }

  #seal(tenant: TenantId, id: string, texts: AuditTexts) {
    const { vault } = this.#ports;
    const { key, kept } = vault.createKey(auditPlace(tenant, id, "key"));
    const sealed = vault.seal(key, auditPlace(tenant, id, "sealed"), encodeJson(texts));
    return { key: kept.key, sealed };
  }

  #inTurn<Result>(tenant: TenantId, act: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(tenant) ?? Promise.resolve();
    const turn = before.then(act, act);
    this.#turns.set(tenant, turn);
    const over = () => {
      if (this.#turns.get(tenant) === turn) this.#turns.delete(tenant);
    };
    turn.then(over, over);
    return turn;
  }
}

/** The head of the log once this has been appended. */
export function headAfter({ after, rows }: AuditAppend): AuditHead {
  const last = rows.at(-1);
  return last === undefined ? after : { seq: last.seq, mac: last.mac };
}

export function auditPlace(tenant: TenantId, id: string, column: string): Place {
  return { tenant, table: "audit", column, row: id, version: 0 };
}

function busy(): DispatchedError {
  return new DispatchedError("store_unavailable", "the audit log is being written by others", {
    retryable: true,
  });
}
