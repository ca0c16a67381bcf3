// Tenants: made, found by their API key, and known to the vault before anything is sealed to them.

import { isLowOrder } from "../handshake/low-order-points.ts";
import { tokenHash } from "../handshake/token-hash.ts";
import { readToken, writeToken } from "../handshake/token-text.ts";
import type { TenantRow } from "../ports/account-store.ts";
import { assert } from "../value/assert.ts";
import { newTenantId, type TenantId } from "../value/id.ts";
import type { Audit } from "./audit.ts";
import type { AuditActor } from "./audit-entry.ts";
import { followKey } from "./follow-key.ts";
import type { EnginePorts } from "./ports.ts";
import { codedRow, genuineRow } from "./tenant-row.ts";

export interface NewTenant {
  readonly tenant: TenantId;
  /** Shown once: the store keeps its hash. */
  readonly apiKey: string;
  readonly generation: number;
}

type TenantPorts = Pick<EnginePorts, "store" | "vault" | "clock" | "entropy" | "log">;

export class Tenants {
  readonly #ports: TenantPorts;
  readonly #audit: Audit;

  constructor(ports: TenantPorts, audit: Audit) {
    this.#ports = ports;
    this.#audit = audit;
  }

  /** @param publicKey X25519, 32 bytes, not of low order */
  async create(publicKey: Uint8Array, by: AuditActor): Promise<NewTenant> {
    assert(!isLowOrder(publicKey), "nobody shares a secret with a point of low order");
    const { store, clock, entropy } = this.#ports;
    const now = clock.now();
    const tenant = newTenantId(now, entropy.bytes(10));
    const apiKey = writeToken("key", entropy.bytes(32));
    const generation = 1;
    const row = this.withCode({
      tenant,
      generation,
      publicKey,
      sealKey: null,
      check: null,
      apiKey: tokenHash(apiKey),
      createdAt: now,
    });
    const draft = { action: "tenant.created", by, fields: { generation } } as const;
    const isNew = await this.#audit.with(tenant, draft, (append) => store.accounts.createTenant(row, append));
    assert(isNew, "random ids and API keys do not repeat");
    return { tenant, apiKey, generation };
  }

  /** Null when it is not there. Errors: `sealed_data_damaged` when somebody else than the engine wrote the row. */
  async read(tenant: TenantId): Promise<TenantRow | null> {
    const row = await this.#ports.store.accounts.readTenant(tenant);
    return row === null ? null : this.#genuine(row);
  }

  /** Null when it is nobody's. Errors: as of `read`. */
  async byKey(apiKey: string): Promise<TenantRow | null> {
    if (readToken(apiKey)?.kind !== "key") return null;
    const row = await this.#ports.store.accounts.readTenantByKey(tokenHash(apiKey));
    return row === null ? null : this.#genuine(row);
  }

  /** Lets the vault seal to the tenant, if that has ever signed in. */
  async admit(tenant: TenantId): Promise<void> {
    if (this.#ports.vault.knows(tenant)) return;
    await followKey(this.#ports, tenant);
  }

  /** The row with the code that only this engine makes. */
  withCode(row: Omit<TenantRow, "code">): TenantRow {
    return codedRow(this.#ports.vault, row);
  }

  #genuine(row: TenantRow): TenantRow {
    return genuineRow(this.#ports, row);
  }
}
