// Sessions: opened by a handshake, known here while they last, looked at again so that a revocation reaches every node.

import type { AuditHead } from "../handshake/confirmation.ts";
import { handshakeRefused } from "../handshake/handshake-refused.ts";
import { tokenHash } from "../handshake/token-hash.ts";
import { readToken, writeToken } from "../handshake/token-text.ts";
import type { SessionRow, TenantRow } from "../ports/account-store.ts";
import { emptyHead } from "../ports/audit-store.ts";
import type { Confirmed } from "../ports/handshake.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { type Audit, headAfter } from "./audit.ts";
import { type AuditActor, type AuditDraft, credentialId } from "./audit-entry.ts";
import { followEpoch } from "./follow-epoch.ts";
import { hex } from "./hex.ts";
import type { EnginePorts } from "./ports.ts";
import type { Tenants } from "./tenants.ts";

export interface SessionView {
  readonly tenant: TenantId;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface LinkedSession extends SessionView {
  readonly token: string;
}

/** As a list of sessions shows it: nothing of it opens anything. */
export interface ListedSession extends SessionView {
  /** As the audit log names it. */
  readonly id: string;
  readonly by: "handshake" | "link";
}

export interface OpenedSession extends LinkedSession {
  /** The entry of this sign-in. */
  readonly auditHead: AuditHead;
}

type SessionPorts = Pick<EnginePorts, "store" | "vault" | "clock" | "entropy" | "log">;

export interface SessionOptions {
  /** From sign-in to the end, whatever happens. Default 1 hour. */
  readonly lifetimeMs: number;
  /** The tenant has been opened here; nobody of it is signed in here any more. */
  readonly opened: (tenant: TenantId) => void;
  readonly locked: (tenant: TenantId) => void;
}

interface Known {
  readonly row: SessionRow;
  /** When the store was seen to have it. */
  readonly seenAt: number;
}

/** The longest that a session counts here after it was ended elsewhere; what looks stays well below it. */
const trustMs = 4_000;
const lookMs = 2_000;
/** How long what has ended is kept, so that a node whose clock is behind still knows a handshake that was used. */
const keptMs = 600_000;
const forgetMs = 60_000;
/** Looked up in the store in one go: the loop stands still meanwhile. */
const lookedUpMax = 500;

export class Sessions {
  readonly #ports: SessionPorts;
  readonly #tenants: Tenants;
  readonly #audit: Audit;
  readonly #options: SessionOptions;
  /** By the token: it is looked up with every request, and its hash costs more than the rest of that. */
  readonly #known = new Map<string, Known>();
  /** The tokens of those, by their tenants. */
  readonly #tokens = new Map<TenantId, Set<string>>();
  /** Handshakes under way that opened a tenant, or keep it open. */
  readonly #holds = new Map<TenantId, number>();
  #dropWake: (() => void) | null = null;
  #forgottenAt = 0;

  constructor(ports: SessionPorts, tenants: Tenants, audit: Audit, options: SessionOptions) {
    this.#ports = ports;
    this.#tenants = tenants;
    this.#audit = audit;
    this.#options = options;
  }

  /** Begins to forget what has ended. */
  start(): void {
    this.#wake();
  }

  stop(): void {
    this.#dropWake?.();
    this.#dropWake = null;
  }

  /** The tenant of a token, which is then open here; null for what is no token of a session that lasts. */
  async tenantOf(token: string): Promise<TenantId | null> {
    return (await this.find(token))?.tenant ?? null;
  }

  async find(token: string): Promise<SessionRow | null> {
    const now = this.#ports.clock.now();
    const known = this.#known.get(token);
    const isOpen = known !== undefined && this.#ports.vault.isOpen(known.row.tenant);
    if (isOpen && now < known.row.expiresAt && now - known.seenAt < trustMs) return known.row;
    if (readToken(token)?.kind !== "session") return null;
    const [row] = await this.#ports.store.accounts.readSessions([tokenHash(token)]);
    if (row === undefined || row.expiresAt <= this.#ports.clock.now()) {
      this.#forget(token);
      return null;
    }
    if (!(await this.reopen(row, token))) {
      this.#forget(token);
      return null;
    }
    this.know(token, row);
    return row;
  }

  /**
   * Opens the tenant and a session; null when the tenant's row, or the epoch, has changed meanwhile. Errors: `handshake_refused` for one
   * that was used before, `wrong_key`.
   * @param tenant as it was read when the handshake was confirmed
   */
  async open(tenant: TenantRow, confirmed: Confirmed, by: AuditActor): Promise<OpenedSession | null> {
    return this.holdOpen(tenant, confirmed.wrappingKey, async (keyed) => {
      const { store, vault, clock, entropy } = this.#ports;
      const token = writeToken("session", entropy.bytes(32));
      const createdAt = clock.now();
      const terms = { token, expiresAt: createdAt + this.#options.lifetimeMs };
      const row: SessionRow = {
        tenant: tenant.tenant,
        token: tokenHash(token),
        generation: tenant.generation,
        createdAt,
        expiresAt: terms.expiresAt,
        ...vault.sealSession(tenant.tenant, terms),
      };
      const change = keyed.code === tenant.code ? null : { before: tenant.code, row: keyed };
      const { jti, expiresAt } = confirmed;
      const use = { jti, expiresAt, session: row, change, ends: "nothing" } as const;
      let auditHead = emptyHead;
      const result = await this.#audit.with(row.tenant, openedDraft(row, confirmed, by), (audit) => {
        auditHead = headAfter(audit);
        return store.accounts.useHandshake(row.tenant, { ...use, audit });
      });
      if (result === "replayed") throw handshakeRefused();
      if (result === "stale_epoch") await followEpoch(this.#ports);
      if (result !== "used") return null;
      this.know(token, row);
      return { tenant: row.tenant, createdAt, expiresAt: row.expiresAt, token, auditHead };
    });
  }

  /**
   * Has the tenant open while `perform` is under way, by its wrapping key; afterwards only while somebody is signed in.
   * `perform` is given the row as it is to be stored: with the keys of the first sign-in. Errors: `wrong_key`.
   */
  async holdOpen<Result>(
    row: TenantRow,
    wrappingKey: Uint8Array,
    perform: (keyed: TenantRow) => Promise<Result>,
  ): Promise<Result> {
    const keys = this.#ports.vault.unlock(row.tenant, row, wrappingKey);
    return this.hold(row.tenant, () =>
      perform(row.check === null ? this.#tenants.withCode({ ...row, ...keys }) : row),
    );
  }

  /** What `perform` opens stays open while it is under way; afterwards only while somebody is signed in. */
  async hold<Result>(tenant: TenantId, perform: () => Promise<Result>): Promise<Result> {
    this.#holds.set(tenant, (this.#holds.get(tenant) ?? 0) + 1);
    try {
      return await perform();
    } finally {
      const left = (this.#holds.get(tenant) ?? 1) - 1;
      if (left === 0) this.#holds.delete(tenant);
      else this.#holds.set(tenant, left);
      this.#lockUnused(tenant);
    }
  }

  /** Those of the tenant that last, the newest first; no more than the store keeps. */
  async list(tenant: TenantId): Promise<readonly ListedSession[]> {
    const rows = (await this.#lasting(tenant)).sort((a, b) => b.createdAt - a.createdAt);
    return rows.map(({ token, createdAt, expiresAt, link }) => {
      const by = link === undefined ? "handshake" : "link";
      return { tenant, id: credentialId(token), createdAt, expiresAt, by };
    });
  }

  /** Ends the session with what came of it by links, or with `all` every one of its tenant. */
  async end(token: string, all: boolean, by: AuditActor): Promise<void> {
    const session = await this.find(token);
    if (session !== null) await this.#end(session.tenant, all ? null : session.token, by);
  }

  /** Errors: `session_not_found`. @param id as it is listed */
  async endById(tenant: TenantId, id: string, by: AuditActor): Promise<void> {
    const row = (await this.#lasting(tenant)).find(({ token }) => credentialId(token) === id);
    if (row === undefined) {
      throw new DispatchedError("session_not_found", "the tenant has no session of this id");
    }
    await this.#end(tenant, row.token, by);
  }

  /** @param hash of the token; null for all */
  async #end(tenant: TenantId, hash: Uint8Array | null, by: AuditActor): Promise<void> {
    const session = hash === null ? "all" : credentialId(hash);
    const draft = { action: "session.ended", by, fields: { session } } as const;
    await this.#audit.with(tenant, draft, (append) =>
      this.#ports.store.accounts.endSessions(tenant, hash, append),
    );
    for (const token of [...(this.#tokens.get(tenant) ?? [])]) {
      const known = this.#known.get(token);
      if (known !== undefined && (hash === null || isOrCameOf(known.row, hash))) this.#forget(token);
    }
  }

  async #lasting(tenant: TenantId): Promise<SessionRow[]> {
    const now = this.#ports.clock.now();
    const rows = await this.#ports.store.accounts.listSessions(tenant);
    return rows.filter(({ expiresAt, link }) => expiresAt > now && link?.isUsed !== false);
  }

  /** The sessions of the tenant have been ended in the store. */
  forgetTenant(tenant: TenantId): void {
    for (const token of [...(this.#tokens.get(tenant) ?? [])]) this.#forget(token);
  }

  /**
   * Opens the tenant by what the row seals: after a restart, on another node than the one that was signed in to, by a link.
   * False when it does not open. @param token what it is sealed by
   */
  async reopen(row: SessionRow, token: string): Promise<boolean> {
    const tenant = await this.#tenants.read(row.tenant);
    if (tenant === null || tenant.generation !== row.generation) return false;
    // Also when the tenant is open and the token known: who writes to the store could have made or altered the row, but not
    // what it seals.
    return this.#ports.vault.unlockBySession(
      row.tenant,
      tenant,
      { token, expiresAt: row.expiresAt },
      row.sealed,
    );
  }

  /** From now on the token counts here; its tenant is open. */
  know(token: string, row: SessionRow): void {
    const first = !this.#isSignedIn(row.tenant);
    this.#known.set(token, { row, seenAt: this.#ports.clock.now() });
    const tokens = this.#tokens.get(row.tenant) ?? new Set();
    this.#tokens.set(row.tenant, tokens.add(token));
    if (first) this.#options.opened(row.tenant);
  }

  #forget(token: string): void {
    const known = this.#known.get(token);
    if (known === undefined) return;
    this.#known.delete(token);
    const tokens = this.#tokens.get(known.row.tenant);
    tokens?.delete(token);
    if (tokens?.size === 0) this.#tokens.delete(known.row.tenant);
    this.#lockUnused(known.row.tenant);
  }

  #lockUnused(tenant: TenantId): void {
    if (this.#isSignedIn(tenant) || this.#holds.has(tenant)) return;
    this.#ports.vault.lock(tenant);
    this.#options.locked(tenant);
  }

  #isSignedIn(tenant: TenantId): boolean {
    return this.#tokens.has(tenant);
  }

  #wake(): void {
    this.#dropWake = this.#ports.clock.wakeAt(this.#ports.clock.now() + lookMs, () => {
      this.#look().then(
        () => this.#wakeAgain(),
        () => {
          this.#ports.log.write("warn", "session.look_failed", {});
          this.#wakeAgain();
        },
      );
    });
  }

  #wakeAgain(): void {
    if (this.#dropWake !== null) this.#wake();
  }

  async #look(): Promise<void> {
    const { store, clock } = this.#ports;
    const now = clock.now();
    for (const [token, { row }] of this.#known) if (row.expiresAt <= now) this.#forget(token);
    const known = [...this.#known];
    for (let at = 0; at < known.length; at += lookedUpMax) {
      if (at > 0) await this.#letOthers();
      await this.#lookUp(known.slice(at, at + lookedUpMax));
    }
    if (now - this.#forgottenAt < forgetMs) return;
    this.#forgottenAt = now;
    await store.accounts.dropEndedSessions(now - keptMs);
  }

  async #lookUp(asked: readonly (readonly [string, Known])[]): Promise<void> {
    const { store, clock } = this.#ports;
    const now = clock.now();
    const found = await store.accounts.readSessions(asked.map(([, { row }]) => row.token));
    const there = new Set(found.map((row) => hex(row.token)));
    for (const [token, { row }] of asked) {
      const isThere = there.has(hex(row.token));
      if (isThere && this.#known.has(token)) this.#known.set(token, { row, seenAt: now });
      if (!isThere) this.#forget(token);
    }
  }

  #letOthers(): Promise<void> {
    const { clock } = this.#ports;
    return new Promise((resolve) => clock.wakeAt(clock.now(), resolve));
  }
}

function isOrCameOf({ token, link }: SessionRow, hash: Uint8Array): boolean {
  const [own, parent] = [hex(token), link === undefined ? null : hex(link.parent)];
  return [own, parent].includes(hex(hash));
}

function openedDraft(row: SessionRow, { purpose }: Confirmed, by: AuditActor): AuditDraft {
  const { token, generation, epoch, expiresAt } = row;
  const expires_at = new Date(expiresAt).toISOString();
  const fields = { session: credentialId(token), purpose, generation, epoch, expires_at };
  return { action: "session.opened", by, fields };
}
