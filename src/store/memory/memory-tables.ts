// The tables of the memory store: synchronous, deterministic, and copied cheaply, because records are never changed.

import type { SessionRow, TenantRow } from "../../ports/account-store.ts";
import type { AuditRow } from "../../ports/audit-store.ts";
import type { EpochRow } from "../../ports/epoch-store.ts";
import type { GrantRow, HookRow, InboxRow } from "../../ports/inbox-store.ts";
import type { RotationRow } from "../../ports/key-store.ts";
import type { Outcomes } from "../../ports/overview-store.ts";
import type { DefinitionRow, Fence, SecretRow, TriggerRow } from "../../ports/store.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import type { IncomingRecord } from "./incoming.ts";
import type { BulkRecord } from "./memory-bulks.ts";
import type { NumberedDelivery } from "./memory-deliveries.ts";
import type { RunRecord } from "./run-record.ts";
import type { SlotEntry } from "./slots.ts";

export interface LeaseRecord {
  readonly node: string;
  readonly expiresAt: number;
  readonly ended: boolean;
}

export class MemoryTables {
  /** By `tenant/run`. */
  readonly runs: Map<string, RunRecord>;
  /** Keys of the runs that have not ended, or are due or held again. */
  readonly open: Set<string>;
  /** By `tenant/start key in hexadecimal`. */
  readonly startKeys: Map<string, RunId>;
  /** By `tenant/workflow in hexadecimal/hour/status`. */
  readonly outcomes: Map<string, Outcomes>;
  readonly leases: Map<Fence, LeaseRecord>;
  /** By `tenant/name in hexadecimal/version`. */
  readonly definitions: Map<string, DefinitionRow>;
  /** By `tenant/name in hexadecimal`: when the workflow was deleted. */
  readonly deleted: Map<string, number>;
  /** By `tenant/name in hexadecimal`. */
  readonly secrets: Map<string, SecretRow>;
  /** By `tenant/key in hexadecimal`. */
  readonly slots: Map<string, readonly SlotEntry[]>;
  /** Keys of runs that wait for a place and are set aside, with the lease under which they are. */
  readonly aside: Map<string, Fence>;
  /** By `tenant/workflow in hexadecimal/place`. */
  readonly triggers: Map<string, TriggerRow>;
  /** By `tenant/id in hexadecimal`, in the order of arrival. */
  readonly incoming: Map<string, IncomingRecord>;
  readonly tenants: Map<TenantId, TenantRow>;
  /** Nothing is written for them any more. */
  readonly deletedTenants: Set<TenantId>;
  /** By the hash of the token in hexadecimal. */
  readonly sessions: Map<string, SessionRow>;
  /** When each used handshake expires, by its jti. */
  readonly handshakes: Map<string, number>;
  /** The last of each tenant. */
  readonly rotations: Map<TenantId, RotationRow>;
  /** By `tenant/id`, in their order. */
  readonly inbox: Map<string, InboxRow>;
  /** By `tenant/id`. */
  readonly hooks: Map<string, HookRow>;
  /** By `tenant/id`, in their order. */
  readonly deliveries: Map<string, NumberedDelivery>;
  /** By `tenant/id`, in the order in which they were made. */
  readonly bulks: Map<string, BulkRecord>;
  /** By `tenant/id`, in the order in which they were made. */
  readonly grants: Map<string, GrantRow>;
  readonly epochs: Map<number, EpochRow>;
  /** The oldest epoch whose key each can make, as it said last. */
  readonly nodes: Map<string, number>;
  /** In the order of their numbers. */
  readonly audit: Map<TenantId, readonly AuditRow[]>;
  lastFence: Fence;
  lastItem: number;
  lastDelivery: number;

  constructor(from: MemoryTables | null = null) {
    this.runs = new Map(from?.runs);
    this.open = new Set(from?.open);
    this.startKeys = new Map(from?.startKeys);
    this.outcomes = new Map(from?.outcomes);
    this.leases = new Map(from?.leases);
    this.definitions = new Map(from?.definitions);
    this.secrets = new Map(from?.secrets);
    this.deleted = new Map(from?.deleted);
    this.slots = new Map(from?.slots);
    this.aside = new Map(from?.aside);
    this.triggers = new Map(from?.triggers);
    this.incoming = new Map(from?.incoming);
    this.tenants = new Map(from?.tenants);
    this.deletedTenants = new Set(from?.deletedTenants);
    this.sessions = new Map(from?.sessions);
    this.handshakes = new Map(from?.handshakes);
    this.rotations = new Map(from?.rotations);
    this.inbox = new Map(from?.inbox);
    this.hooks = new Map(from?.hooks);
    this.deliveries = new Map(from?.deliveries);
    this.grants = new Map(from?.grants);
    this.bulks = new Map(from?.bulks);
    this.epochs = new Map(from?.epochs);
    this.nodes = new Map(from?.nodes);
    this.lastItem = from?.lastItem ?? 0;
    this.lastDelivery = from?.lastDelivery ?? 0;
    this.audit = new Map(from?.audit);
    this.lastFence = from?.lastFence ?? 0;
  }

  /** Forgets everything of a tenant but its id: what comes late for it is refused. */
  dropTenant(tenant: TenantId): void {
    this.deletedTenants.add(tenant);
    this.tenants.delete(tenant);
    this.rotations.delete(tenant);
    this.audit.delete(tenant);
    const own = (key: string) => key.startsWith(`${tenant}/`);
    for (const key of this.open) if (own(key)) this.open.delete(key);
    const {
      runs,
      startKeys,
      outcomes,
      definitions,
      secrets,
      deleted,
      slots,
      aside,
      triggers,
      incoming,
      inbox,
      hooks,
      grants,
      bulks,
      deliveries,
    } = this;
    const ofTenants = [
      runs,
      startKeys,
      outcomes,
      definitions,
      secrets,
      deleted,
      slots,
      aside,
      triggers,
      incoming,
      inbox,
      hooks,
      grants,
      bulks,
      deliveries,
    ];
    for (const rows of ofTenants) {
      for (const key of [...rows.keys()]) if (own(key)) rows.delete(key);
    }
  }

  /** The tables as they are now: what happens to one does not happen to the other. */
  copy(): MemoryTables {
    return new MemoryTables(this);
  }
}
