// What the store keeps of tenants, their sessions, and the handshakes that were used.

import type { TenantId } from "../value/id.ts";
import type { AuditAppend, AuditMoved } from "./audit-store.ts";
import type { RotationRow } from "./key-store.ts";
import type { TenantKeys } from "./vault.ts";

/** A tenant as the store knows it: nothing of it opens anything. */
export interface TenantRow extends TenantKeys {
  readonly tenant: TenantId;
  /** X25519, 32 bytes: of the private key that lives on the tenant's device. */
  readonly publicKey: Uint8Array;
  /** SHA-256 of the API key's text: unique among all tenants. */
  readonly apiKey: Uint8Array;
  readonly createdAt: number;
  /** Of the printed recovery sheet; left out when there is none. */
  readonly recovery?: RecoveryRow;
  /** 32 bytes over all other fields, which only the engine makes: who writes to the store cannot alter the row unseen. */
  readonly code: Uint8Array;
}

export interface RecoveryRow {
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The wrapping key of the current generation, sealed to it: 80 bytes. */
  readonly sealedKey: Uint8Array;
}

export interface SessionRow {
  readonly tenant: TenantId;
  /** SHA-256 of the token's text. */
  readonly token: Uint8Array;
  /** Of the tenant's key when the session was opened: in another one it is none. */
  readonly generation: number;
  readonly createdAt: number;
  /** Never moved. */
  readonly expiresAt: number;
  /** The wrapping key; the token and the engine's key of `epoch` open it. */
  readonly sealed: Uint8Array;
  readonly epoch: number;
  /** Left out for one that a handshake opened. */
  readonly link?: SessionLink;
}

/** Of a session that came of another by a sign-in link, and of the link itself until it is used. */
export interface SessionLink {
  /** Hash of the token of the session that made it: with that one it ends. */
  readonly parent: Uint8Array;
  /** False for the link: `token` is the hash of its code, and opens nothing but the session that it becomes. */
  readonly isUsed: boolean;
}

/**
 * - `linked`: all of it is done
 * - `gone`: the session that made the link, the link that is used up, or the tenant in that generation is not there
 * - `stale_epoch`: as of `HandshakeResult`
 *
 * Nothing was changed but with `linked`.
 */
export type LinkResult = "linked" | "gone" | "stale_epoch";

/** Sessions and links of a tenant that are kept: every node that has some of them looks at them every other second. */
export const sessionsMax = 1_000;

/** What a handshake did, in one transaction with its being used. */
export interface HandshakeUse {
  /** Stands for the handshake alone. */
  readonly jti: string;
  /** From then on a replay is refused by itself. */
  readonly expiresAt: number;
  readonly session: SessionRow | null;
  /**
   * Beyond so many of the tenant the oldest end, with what came of them by links, but never the one of which this one comes.
   * Default `sessionsMax`, as for a link.
   */
  readonly sessionsMax?: number;
  /** Puts `row` in the place of the one whose code is `before`. */
  readonly change: { readonly before: Uint8Array; readonly row: TenantRow } | null;
  /** Begins a rotation of the tenant's key, in the place of the one before. Default none. */
  readonly rotation?: RotationRow;
  /** Ends all sessions of the tenant that were there, or the tenant with all that is stored of it. */
  readonly ends: "nothing" | "sessions" | "tenant";
  readonly audit?: AuditAppend;
}

/**
 * - `used`: all of it is done
 * - `replayed`: the handshake was used before
 * - `changed`: the tenant's row is another than the one to be replaced, or is gone
 * - `stale_epoch`: the session is sealed under an epoch of the engine's key that is not current (see `EpochStore`)
 *
 * Nothing was changed but with `used`.
 */
export type HandshakeResult = "used" | "replayed" | "changed" | "stale_epoch";

/** As of the store: every write is durable when its promise resolves. */
export interface AccountStore {
  /** False when the id or the API key is there already, or `audit` follows no empty log: nothing was changed. */
  createTenant(row: TenantRow, audit?: AuditAppend): Promise<boolean>;
  readTenant(tenant: TenantId): Promise<TenantRow | null>;
  /** @param apiKey SHA-256 of its text */
  readTenantByKey(apiKey: Uint8Array): Promise<TenantRow | null>;

  useHandshake(tenant: TenantId, use: HandshakeUse): Promise<HandshakeResult | AuditMoved>;

  /** Those of `tokens` (SHA-256) that are there, ended or not, in any order. */
  readSessions(tokens: readonly Uint8Array[]): Promise<readonly SessionRow[]>;
  /** All of the tenant, with links, ended or not, in any order. */
  listSessions(tenant: TenantId): Promise<readonly SessionRow[]>;
  /**
   * Adds a session that comes of another one, or a link for it; with `uses` that link goes in the same transaction.
   * @param uses hash of a link's code, or null
   */
  linkSession(
    row: SessionRow & { readonly link: SessionLink },
    uses: Uint8Array | null,
    audit?: AuditAppend,
  ): Promise<LinkResult | AuditMoved>;
  /**
   * Ends one session with what came of it by links, or all of the tenant for null. Gives how many were there; only if some
   * were, it is audited.
   */
  endSessions(tenant: TenantId, token: Uint8Array | null, audit?: AuditAppend): Promise<number | AuditMoved>;
  /** Forgets sessions and handshakes that ended before `beforeMs`. */
  dropEndedSessions(beforeMs: number): Promise<void>;
}
