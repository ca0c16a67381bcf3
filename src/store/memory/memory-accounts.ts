// Tenants, sessions and used handshakes of the memory store.

import {
  type AccountStore,
  type HandshakeResult,
  type HandshakeUse,
  type LinkResult,
  type SessionLink,
  type SessionRow,
  sessionsMax,
  type TenantRow,
} from "../../ports/account-store.ts";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import { addEntries, follows } from "./memory-audit.ts";
import type { MemoryTables } from "./memory-tables.ts";

export class MemoryAccounts implements AccountStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async createTenant(row: TenantRow, audit?: AuditAppend): Promise<boolean> {
    if (this.#tables.deletedTenants.has(row.tenant)) return false;
    if (this.#tables.tenants.has(row.tenant) || this.#byKey(row.apiKey) !== null) return false;
    if (!follows(this.#tables, row.tenant, audit)) return false;
    this.#tables.tenants.set(row.tenant, row);
    addEntries(this.#tables, row.tenant, audit);
    return true;
  }

  async readTenant(tenant: TenantId): Promise<TenantRow | null> {
    return this.#whole(this.#tables.tenants.get(tenant));
  }

  async readTenantByKey(apiKey: Uint8Array): Promise<TenantRow | null> {
    return this.#whole(this.#byKey(apiKey) ?? undefined);
  }

  async useHandshake(tenant: TenantId, use: HandshakeUse): Promise<HandshakeResult | AuditMoved> {
    const { handshakes, tenants } = this.#tables;
    const stored = tenants.get(tenant);
    if (handshakes.has(use.jti)) return "replayed";
    if (stored === undefined) return "changed";
    if (use.change !== null && hex(stored.code) !== hex(use.change.before)) return "changed";
    const { generation } = use.change?.row ?? stored;
    if (use.session !== null && use.session.generation !== generation) return "changed";
    if (use.session !== null && this.#tables.epochs.get(use.session.epoch)?.state !== "current") {
      return "stale_epoch";
    }
    if (!follows(this.#tables, tenant, use.audit)) return "audit_moved";
    addEntries(this.#tables, tenant, use.audit);
    handshakes.set(use.jti, use.expiresAt);
    if (use.change !== null) tenants.set(tenant, use.change.row);
    if (use.rotation !== undefined) this.#tables.rotations.set(tenant, use.rotation);
    if (use.ends !== "nothing") await this.endSessions(tenant, null);
    if (use.session !== null) await this.#open(use.session, use.sessionsMax);
    if (use.ends === "tenant") this.#tables.dropTenant(tenant);
    return "used";
  }

  async readSessions(tokens: readonly Uint8Array[]): Promise<readonly SessionRow[]> {
    return tokens.flatMap((token) => this.#tables.sessions.get(hex(token)) ?? []);
  }

  async listSessions(tenant: TenantId): Promise<readonly SessionRow[]> {
    return [...this.#tables.sessions.values()].filter((row) => row.tenant === tenant);
  }

  async linkSession(
    row: SessionRow & { readonly link: SessionLink },
    uses: Uint8Array | null,
    audit?: AuditAppend,
  ): Promise<LinkResult | AuditMoved> {
    const { sessions, tenants, epochs } = this.#tables;
    const isThere = (hash: Uint8Array, isSession: boolean) => {
      const found = sessions.get(hex(hash));
      return found?.tenant === row.tenant && (found.link?.isUsed ?? true) === isSession;
    };
    if (tenants.get(row.tenant)?.generation !== row.generation) return "gone";
    if (!isThere(row.link.parent, true) || (uses !== null && !isThere(uses, false))) return "gone";
    if (!follows(this.#tables, row.tenant, audit)) return "audit_moved";
    if (epochs.get(row.epoch)?.state !== "current") return "stale_epoch";
    addEntries(this.#tables, row.tenant, audit);
    if (uses !== null) sessions.delete(hex(uses));
    await this.#open(row);
    return "linked";
  }

  async endSessions(
    tenant: TenantId,
    token: Uint8Array | null,
    audit?: AuditAppend,
  ): Promise<number | AuditMoved> {
    if (!follows(this.#tables, tenant, audit)) return "audit_moved";
    const { sessions } = this.#tables;
    const wanted = token === null ? null : hex(token);
    const ended = [...sessions].filter(
      ([name, { tenant: of, link }]) =>
        of === tenant && (wanted === null || name === wanted || (link && hex(link.parent) === wanted)),
    );
    for (const [name] of ended) sessions.delete(name);
    if (ended.length > 0) addEntries(this.#tables, tenant, audit);
    return ended.length;
  }

  async dropEndedSessions(beforeMs: number): Promise<void> {
    const { sessions, handshakes } = this.#tables;
    for (const [name, { expiresAt }] of sessions) if (expiresAt < beforeMs) sessions.delete(name);
    for (const [jti, expiresAt] of handshakes) if (expiresAt < beforeMs) handshakes.delete(jti);
  }

  /** Beyond `max` the oldest end. */
  async #open(row: SessionRow, max = sessionsMax): Promise<void> {
    const own = await this.listSessions(row.tenant);
    this.#tables.sessions.set(hex(row.token), row);
    const byAge = own
      .map(({ token, createdAt }) => ({ token, createdAt, name: hex(token) }))
      .filter(({ name }) => row.link === undefined || name !== hex(row.link.parent))
      .sort((a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1));
    for (const { token } of byAge.slice(0, Math.max(0, own.length + 1 - max))) {
      await this.endSessions(row.tenant, token);
    }
  }

  /** With the key before, while a rotation is under way. */
  #whole(row: TenantRow | undefined): TenantRow | null {
    if (row === undefined) return null;
    const { previous: _stale, ...own } = row;
    const { previous, from, to } = this.#tables.rotations.get(row.tenant) ?? { previous: null };
    if (previous === null || to !== row.generation) return own;
    return { ...own, previous: { generation: from, sealed: previous } };
  }

  #byKey(apiKey: Uint8Array): TenantRow | null {
    const wanted = hex(apiKey);
    return [...this.#tables.tenants.values()].find((row) => hex(row.apiKey) === wanted) ?? null;
  }
}
