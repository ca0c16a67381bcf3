// The simulated disk: slow, refusing, silent about commits; what is not synced when the process dies may be lost.

import type { AccountStore } from "../../ports/account-store.ts";
import type { AuditAppend, AuditMoved, AuditStore } from "../../ports/audit-store.ts";
import type { BulkStore } from "../../ports/bulk-store.ts";
import type { DeliveryStore } from "../../ports/delivery-store.ts";
import type { EpochStore } from "../../ports/epoch-store.ts";
import type { GrantStore, HookStore, InboxStore } from "../../ports/inbox-store.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import type { DefinitionName, LiveRecords } from "../../ports/live-records.ts";
import type { OverviewStore } from "../../ports/overview-store.ts";
import type {
  AppendResult,
  AppendUnit,
  DefinitionDeleted,
  DefinitionRow,
  EventBatch,
  Fence,
  IncomingRow,
  LeaseRequest,
  Page,
  RunFilter,
  RunName,
  RunRow,
  SecretRow,
  Store,
  TriggerRow,
} from "../../ports/store.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import type { MemoryTables } from "../../store/memory/memory-tables.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { DispatchedError } from "../../value/problem.ts";
import { type Concerned, concernedBy } from "../in-flight.ts";
import { noteAppend, noteClaim, noteKeys, noteWraps } from "../note-append.ts";
import type { SimNode } from "../sim-node.ts";
import { simAccounts } from "./sim-accounts.ts";
import { noteEntries, simAuditStore } from "./sim-audit-store.ts";
import { epochOps, simEpochs } from "./sim-epochs.ts";
import {
  type SimDisk,
  simBulks,
  simDeliveries,
  simGrants,
  simHooks,
  simInbox,
  simOverview,
} from "./sim-inbox.ts";
import { simKeyStore } from "./sim-key-store.ts";

type WriteFault = "none" | "rolled_back" | "unknown_applied" | "unknown_lost" | "unknown_late";
const writeFaults: readonly WriteFault[] = ["rolled_back", "unknown_applied", "unknown_lost", "unknown_late"];

export class SimStore implements Store {
  readonly epochs: EpochStore;
  readonly inbox: InboxStore;
  readonly hooks: HookStore;
  readonly deliveries: DeliveryStore;
  readonly grants: GrantStore;
  readonly overview: OverviewStore;
  readonly bulks: BulkStore;
  readonly #node: SimNode;
  readonly #inner: MemoryStore;
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  readonly audit: AuditStore;

  constructor(node: SimNode, tables: MemoryTables) {
    this.#node = node;
    this.#inner = new MemoryStore({ exclusive: node.world.plan.nodes === 1, tables });
    const disk: SimDisk = {
      read: (name, perform) => this.#read(name, perform),
      write: (name, perform) => this.#write(name, perform),
    };
    this.keys = simKeyStore(this.#inner.keys, disk);
    this.accounts = simAccounts(this.#inner.accounts, disk);
    this.epochs = simEpochs(this.#inner.epochs, disk, () => {
      const { world } = this.#node;
      world.record.epochsRetiredAt.push(world.time.now);
      world.strike("epoch_retired");
    });
    this.inbox = simInbox(this.#inner.inbox, disk, node);
    this.hooks = simHooks(this.#inner.hooks, disk);
    this.deliveries = simDeliveries(this.#inner.deliveries, disk, node);
    this.grants = simGrants(this.#inner.grants, disk);
    this.bulks = simBulks(this.#inner.bulks, disk);
    this.overview = simOverview(this.#inner.overview, disk);
    this.audit = simAuditStore(this.#inner.audit, disk, (append) => noteEntries(node, append));
  }

  async append(units: readonly AppendUnit[]): Promise<readonly AppendResult[]> {
    const over = this.#node.world.inFlight.writing(units, () => this.#node.alive);
    const write = async () => {
      const written = await this.#inner.append(units);
      noteAppend(this.#node, units, written);
      return written;
    };
    const results = await this.#write("append", write, units).finally(over);
    noteKeys(this.#node, units, results);
    return results;
  }

  openLease(request: LeaseRequest): Promise<Fence> {
    return this.#write("openLease", async () => {
      const fence = await this.#inner.openLease(request);
      const { record } = this.#node.world;
      record.leases.push({ fence, order: record.nextOrder() });
      return fence;
    });
  }

  renewLease(fence: Fence, request: LeaseRequest): Promise<boolean> {
    return this.#write("renewLease", () => this.#inner.renewLease(fence, request));
  }

  closeLease(fence: Fence, released: readonly RunName[]): Promise<void> {
    return this.#write("closeLease", () => this.#inner.closeLease(fence, released));
  }

  claim(...given: Parameters<Store["claim"]>): Promise<readonly RunRow[]> {
    const askedAt = this.#node.world.time.now;
    return this.#write("claim", async () => {
      const rows = await this.#inner.claim(...given);
      noteClaim(this.#node, rows, askedAt);
      return rows;
    });
  }

  claimRun(...given: Parameters<Store["claimRun"]>): Promise<RunRow | null | false> {
    return this.#write("claimRun", () => this.#inner.claimRun(...given));
  }

  setAside(...given: Parameters<Store["setAside"]>): Promise<void> {
    return this.#write("setAside", () => this.#inner.setAside(...given));
  }

  putDefinition(...given: Parameters<Store["putDefinition"]>): ReturnType<Store["putDefinition"]> {
    return this.#write("putDefinition", () => this.#inner.putDefinition(...given));
  }

  moveTrigger(...given: Parameters<Store["moveTrigger"]>): Promise<boolean> {
    return this.#write("moveTrigger", () => this.#inner.moveTrigger(...given));
  }

  deleteDefinition(...given: Parameters<Store["deleteDefinition"]>): Promise<DefinitionDeleted> {
    return this.#write("deleteDefinition", () => this.#inner.deleteDefinition(...given));
  }

  readDeletion(tenant: TenantId, name: Uint8Array): Promise<number | null> {
    return this.#read("readDeletion", () => this.#inner.readDeletion(tenant, name));
  }

  putIncoming(rows: readonly IncomingRow[]): Promise<readonly boolean[] | null> {
    return this.#write("putIncoming", () => this.#inner.putIncoming(rows));
  }

  settleIncoming(tenant: TenantId, id: Uint8Array): Promise<void> {
    return this.#write("settleIncoming", () => this.#inner.settleIncoming(tenant, id));
  }

  dropEnded(...given: Parameters<Store["dropEnded"]>): Promise<number> {
    return this.#write("dropEnded", () => this.#inner.dropEnded(...given));
  }

  keepLive(tenant: TenantId, records: LiveRecords): Promise<boolean> {
    return this.#write("keepLive", () => this.#inner.keepLive(tenant, records));
  }

  dropLive(): Promise<number> {
    return this.#write("dropLive", () => this.#inner.dropLive());
  }

  dropIncoming(...given: Parameters<Store["dropIncoming"]>): Promise<number> {
    return this.#write("dropIncoming", () => this.#inner.dropIncoming(...given));
  }

  readSlot(...given: Parameters<Store["readSlot"]>): ReturnType<Store["readSlot"]> {
    return this.#read("readSlot", () => this.#inner.readSlot(...given));
  }

  listTriggers(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<TriggerRow>> {
    return this.#read("listTriggers", () => this.#inner.listTriggers(tenant, cursor, limit));
  }

  listEventTriggers(tenant: TenantId, topic: Uint8Array): Promise<readonly TriggerRow[]> {
    return this.#read("listEventTriggers", () => this.#inner.listEventTriggers(tenant, topic));
  }

  listDueTriggers(now: number, limit: number): Promise<readonly TriggerRow[]> {
    return this.#read("listDueTriggers", () => this.#inner.listDueTriggers(now, limit));
  }

  nextTriggerAt(): Promise<number | null> {
    return this.#read("nextTriggerAt", () => this.#inner.nextTriggerAt());
  }

  listIncoming(...given: Parameters<Store["listIncoming"]>): Promise<readonly IncomingRow[]> {
    return this.#read("listIncoming", () => this.#inner.listIncoming(...given));
  }

  listUnsettled(...given: Parameters<Store["listUnsettled"]>): Promise<readonly IncomingRow[]> {
    return this.#read("listUnsettled", () => this.#inner.listUnsettled(...given));
  }

  putSecret(row: SecretRow, audit?: AuditAppend): Promise<boolean | AuditMoved> {
    return this.#write("putSecret", () => this.#inner.putSecret(row, audit));
  }

  listHeld(fence: Fence, cursor: string | null, limit: number): Promise<Page<RunRow>> {
    return this.#read("listHeld", () => this.#inner.listHeld(fence, cursor, limit));
  }

  listPoked(fence: Fence): Promise<readonly RunName[]> {
    return this.#read("listPoked", () => this.#inner.listPoked(fence));
  }

  nextDueAt(open?: readonly TenantId[]): Promise<number | null> {
    return this.#read("nextDueAt", () => this.#inner.nextDueAt(open));
  }

  readRun(tenant: TenantId, run: RunId): Promise<RunRow | null> {
    return this.#read("readRun", () => this.#inner.readRun(tenant, run), [{ tenant, run }]);
  }

  readRunByStartKey(...given: Parameters<Store["readRunByStartKey"]>): Promise<RunRow | null> {
    return this.#read("readRunByStartKey", () => this.#inner.readRunByStartKey(...given));
  }

  listTree(tenant: TenantId, root: RunId): Promise<readonly DefinitionName[]> {
    return this.#read("listTree", () => this.#inner.listTree(tenant, root));
  }

  readEvents(tenant: TenantId, run: RunId, afterSeq: number, limit: number): Promise<readonly EventBatch[]> {
    const read = () => this.#inner.readEvents(tenant, run, afterSeq, limit);
    return this.#read("readEvents", read, [{ tenant, run }]);
  }

  readChunks(...given: Parameters<Store["readChunks"]>): ReturnType<Store["readChunks"]> {
    return this.#read("readChunks", () => this.#inner.readChunks(...given));
  }

  listRuns(tenant: TenantId, filter: RunFilter, cursor: string | null, limit: number): Promise<Page<RunRow>> {
    return this.#read("listRuns", () => this.#inner.listRuns(tenant, filter, cursor, limit));
  }

  readDefinition(tenant: TenantId, name: Uint8Array, version: number | null): Promise<DefinitionRow | null> {
    return this.#read("readDefinition", () => this.#inner.readDefinition(tenant, name, version));
  }

  listHalfLive(tenant: TenantId, limit: number): Promise<readonly DefinitionRow[]> {
    return this.#read("listHalfLive", () => this.#inner.listHalfLive(tenant, limit));
  }

  listDefinitions(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<DefinitionRow>> {
    return this.#read("listDefinitions", () => this.#inner.listDefinitions(tenant, cursor, limit));
  }

  listVersions(...given: Parameters<Store["listVersions"]>): Promise<Page<DefinitionRow>> {
    return this.#read("listVersions", () => this.#inner.listVersions(...given));
  }

  readSecret(tenant: TenantId, name: Uint8Array): Promise<SecretRow | null> {
    return this.#read("readSecret", () => this.#inner.readSecret(tenant, name));
  }

  listSecrets(tenant: TenantId): Promise<readonly SecretRow[]> {
    return this.#read("listSecrets", () => this.#inner.listSecrets(tenant));
  }

  async close(): Promise<void> {}

  #read<Result>(
    name: string,
    perform: () => Promise<Result>,
    runs: readonly RunName[] = [],
  ): Promise<Result> {
    const { world, prng } = this.#node;
    return new Promise((resolve, reject) => {
      if (!this.#node.enter(name)) return;
      if (!epochOps.has(name)) world.record.asked(this.#node.life.process, world.time.now);
      if (world.storeIsDown()) return this.#refuse(reject);
      this.#node.later(prng.between(0, 2), () => {
        if (world.faultsOn() && prng.chance(world.plan.store / 4)) {
          world.strike("store_read_failed", concernedBy(name, runs));
          world.record.readFailures.push(world.time.now);
          reject(new DispatchedError("store_unavailable", "the read failed", { retryable: true }));
        } else {
          void perform().then((result) => {
            if (this.#node.enter(`${name} read`)) resolve(result);
          }, reject);
        }
      });
    });
  }

  /**
   * What fell silent may be written behind writes that came after it, unless only a row is changed: those wait for the row.
   */
  #write<Result>(
    name: string,
    write: () => Promise<Result>,
    units: readonly AppendUnit[] = [],
  ): Promise<Result> {
    const { world, prng } = this.#node;
    const concerned = concernedBy(name, units);
    const late = units.every(({ batch }) => batch !== null);
    const perform = async () => {
      const result = await write();
      noteWraps(this.#node, this.#inner.tables);
      this.#node.world.written();
      return result;
    };
    return new Promise((resolve, reject) => {
      if (!this.#node.enter(name)) return;
      if (!epochOps.has(name)) world.record.asked(this.#node.life.process, world.time.now);
      if (world.storeIsDown()) return this.#refuse(reject);
      const fault = this.#drawFault(concerned);
      world.time.after(this.#drawLatency(concerned), () => {
        // Written and not yet synced: the process may have died meanwhile, or dies here.
        if (!this.#node.enter(`${name} written`) && this.#isLost(concerned)) return;
        if (fault === "rolled_back") {
          const error = new DispatchedError("store_rolled_back", "the disk refused", { retryable: true });
          this.#node.later(prng.between(0, 3), () => reject(error));
        } else if (fault === "none") {
          this.#commit(name, perform, resolve, reject);
        } else {
          this.#commitSilently(
            fault === "unknown_late" && !late ? "unknown_applied" : fault,
            perform,
            reject,
          );
        }
      });
    });
  }

  /** Nobody is there: nothing was written, and the engine cannot know that. */
  #refuse(reject: (error: unknown) => void): void {
    const { record, time } = this.#node.world;
    record.readFailures.push(time.now);
    const error = new DispatchedError("store_unavailable", "the store is down", { retryable: true });
    this.#node.later(this.#node.prng.between(1, 40), () => reject(error));
  }

  /** The process may die between the sync and its acknowledgement. */
  #commit<Result>(
    name: string,
    perform: () => Promise<Result>,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ): void {
    void perform().then((result) => {
      this.#node.later(this.#node.prng.between(0, 2), () => {
        if (this.#node.enter(`${name} synced`)) resolve(result);
      });
    }, reject);
  }

  /** The engine is not told what became of the commit. */
  #commitSilently<Result>(
    fault: WriteFault,
    perform: () => Promise<Result>,
    reject: (error: unknown) => void,
  ): void {
    const { world, prng } = this.#node;
    const error = new DispatchedError("store_unavailable", "the disk fell silent", { retryable: true });
    if (fault === "unknown_applied") void perform();
    if (fault === "unknown_late") world.time.after(prng.between(20, 400), () => void perform());
    this.#node.later(prng.between(0, 5), () => reject(error));
  }

  #drawFault(concerned: Concerned): WriteFault {
    const { world, prng } = this.#node;
    if (!world.faultsOn() || !prng.chance(world.plan.store)) return "none";
    const fault = prng.pick(writeFaults);
    if (fault !== "none") world.strike(`store_${fault}`, concerned);
    return fault;
  }

  #drawLatency(concerned: Concerned): number {
    const { world, prng } = this.#node;
    if (!world.faultsOn() || !prng.chance(world.plan.store / 2)) return prng.between(0, 3);
    world.strike("store_slow", concerned);
    return prng.between(50, 2_000);
  }

  /** What was written and not synced when the process died. */
  #isLost(concerned: Concerned): boolean {
    const lost = this.#node.prng.chance(0.5);
    this.#node.world.strike(lost ? "unsynced_lost" : "unsynced_kept", concerned);
    return lost;
  }
}
