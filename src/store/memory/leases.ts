// Leases of the memory store: who may write, and whose runs are free.

import type { Fence, LeaseRequest, RunName } from "../../ports/store.ts";
import type { MemoryTables } from "./memory-tables.ts";

/** On an exclusive store a new lease ends all before. */
export function openLease(tables: MemoryTables, request: LeaseRequest, exclusive: boolean): Fence {
  if (exclusive) for (const fence of tables.leases.keys()) endLease(tables, fence);
  const fence = tables.lastFence + 1;
  tables.lastFence = fence;
  tables.leases.set(fence, { node: request.node, expiresAt: request.now + request.ttlMs, ended: false });
  return fence;
}

export function renewLease(tables: MemoryTables, fence: Fence, request: LeaseRequest): boolean {
  const lease = tables.leases.get(fence);
  if (lease === undefined || lease.ended) return false;
  tables.leases.set(fence, { ...lease, expiresAt: request.now + request.ttlMs });
  return true;
}

export function closeLease(tables: MemoryTables, fence: Fence, released: readonly RunName[]): void {
  for (const { tenant, run } of released) {
    const key = `${tenant}/${run}`;
    const record = tables.runs.get(key);
    if (record?.owner === fence) tables.runs.set(key, { ...record, owner: 0 });
  }
  endLease(tables, fence);
}

export function isLive(tables: MemoryTables, fence: Fence): boolean {
  return tables.leases.get(fence)?.ended === false;
}

/** A lease ends when another node that looks for work sees that its time is over. */
export function endExpired(tables: MemoryTables, now: number, except: Fence): void {
  for (const [fence, lease] of tables.leases) {
    if (fence !== except && !lease.ended && lease.expiresAt <= now) endLease(tables, fence);
  }
}

/** Runs that it held and that have ended are free: no sweep would ever look for them. */
function endLease(tables: MemoryTables, fence: Fence): void {
  const lease = tables.leases.get(fence);
  if (lease === undefined || lease.ended) return;
  tables.leases.set(fence, { ...lease, ended: true });
  for (const [key, under] of tables.aside) if (under === fence) tables.aside.delete(key);
  for (const key of [...tables.open]) {
    const record = tables.runs.get(key);
    if (record?.owner !== fence || record.head.endedAt === null || record.head.dueAt !== null) continue;
    tables.runs.set(key, { ...record, owner: 0 });
    tables.open.delete(key);
  }
}
