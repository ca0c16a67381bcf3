// The one sequence of everything that happens in a world: its trace, its counts, its ledger.

import type { EventBatch } from "../ports/store.ts";
import type { TenantId } from "../value/id.ts";
import type { BulkAsked } from "./bulks-seen.ts";
import { DamagedRuns } from "./damaged-runs.ts";
import type { StaleWrap } from "./epochs-seen.ts";
import type { FaultKind } from "./fault-plan.ts";
import { ForgottenRuns } from "./forgotten-runs.ts";
import type { GrantMade, HookMade, HookSent } from "./grants-seen.ts";
import type {
  Answer,
  AttendedClaim,
  Boot,
  Call,
  CancelAsked,
  EventSent,
  KeyRefused,
  LeaseOpened,
  Limited,
  LiveSpan,
  LockedAnswer,
  ProcessLife,
  RerunAsked,
  SecretWrite,
  SignalSent,
  Written,
} from "./history.ts";
import type { ItemJudged, ItemPut, Sent } from "./inbox-seen.ts";
import type { LinkMade } from "./links-seen.ts";
import type { Deletion, HostWrite, RunSteered, SeenDeletion } from "./steered-seen.ts";
import type { Overstayed, StopSeen, StoreTrouble } from "./stops-seen.ts";
import type { SeenRotations } from "./stored-keys.ts";
import type { DeliveriesFollowed, DeliveryStored, FailuresFollowed } from "./streams-seen.ts";
import type { Feature } from "./workload/features.ts";

interface Durable {
  /** Place in the one sequence. */
  readonly order: number;
  /** By the world's clock. */
  readonly at: number;
}

export class WorldRecord {
  readonly calls: Call[] = [];
  readonly answers: Answer[] = [];
  readonly secretWrites: SecretWrite[] = [];
  readonly signals: SignalSent[] = [];
  readonly events: EventSent[] = [];
  readonly sent: Sent[] = [];
  readonly keysRefused: KeyRefused[] = [];
  /** Runs and items whose key the disk did not refuse, whatever else it said of them. */
  readonly keysTaken = new Set<string>();
  readonly links: LinkMade[] = [];
  /** By run. */
  readonly overstayed = new Map<string, Overstayed>();
  readonly stops: StopSeen[] = [];
  readonly storeTroubles: StoreTrouble[] = [];
  /** Hears of each batch that became durable. */
  heard: (tenant: TenantId, batch: EventBatch) => void = () => {};
  /** What was stored under a key of a tenant that had been replaced, by name. */
  readonly underEnded = new Set<string>();
  readonly rotationsSeen: SeenRotations = new Map();
  readonly itemsPut: ItemPut[] = [];
  /** When each event became durable, by the world's clock: by its place on the disk. */
  readonly eventsAt = new Map<string, number>();
  /** When each order was first sent by somebody without a session, by the world's clock: by `tenant/order`. */
  readonly sentAt = new Map<string, number>();
  readonly hooked: HookSent[] = [];
  readonly hooks: HookMade[] = [];
  readonly grants: GrantMade[] = [];
  /** Tenants of whom a grant with `verify` was asked for. */
  readonly verifyAsked = new Set<string>();
  readonly boots: Boot[] = [];
  readonly lives: ProcessLife[] = [];
  readonly claims: AttendedClaim[] = [];
  /** From when on, by the world's clock, nothing is left to be done. */
  restsFrom = Number.POSITIVE_INFINITY;
  /** What the store was asked since then, by process. */
  readonly restingAsks = new Map<number, number>();
  /** When the disk refused to be read, by the world's clock. */
  readonly readFailures: number[] = [];
  readonly lockedAnswers: LockedAnswer[] = [];
  readonly liveSpans: LiveSpan[] = [];
  jumpedMs = 0;
  readonly reruns: RerunAsked[] = [];
  readonly bulks: BulkAsked[] = [];
  readonly bulksAgain: { readonly first: string; readonly again: string }[] = [];
  readonly runsSteered: RunSteered[] = [];
  readonly hostWrites: HostWrite[] = [];
  readonly itemsJudged: ItemJudged[] = [];
  readonly streams = {
    deliveries: [] as DeliveriesFollowed[],
    stored: [] as DeliveryStored[],
    failures: [] as FailuresFollowed[],
  };
  readonly deletions: Deletion[] = [];
  readonly seenDeletions: SeenDeletion[] = [];
  readonly limited: Limited[] = [];
  readonly damaged = new DamagedRuns();
  readonly forgotten = new ForgottenRuns();
  readonly cancels: CancelAsked[] = [];
  /** When the append that ends at this seq became durable: by `run/seq`. */
  readonly durable = new Map<string, Durable>();
  readonly leases: LeaseOpened[] = [];
  readonly writes: Written[] = [];
  /** When an audit entry that was appended alone became durable, and by which process: by its id. */
  readonly audited = new Map<string, { readonly order: number; readonly process: number }>();
  readonly strikes: number[] = [];
  readonly faults = new Map<FaultKind, number>();
  /** How often a fault struck where a feature of the language was in use: by `fault/feature`. */
  readonly met = new Map<string, number>();
  readonly epochsRetiredAt: number[] = [];
  /** By row. */
  readonly staleWraps = new Map<string, StaleWrap>();
  readonly trace: string[] | null;
  operations = 0;
  operationsFailed = 0;
  quarantined = 0;
  zombies = false;
  /** Somebody asked for a session by a handshake. */
  sessionsOpened = false;
  #order = 0;

  constructor(traced: boolean) {
    this.trace = traced ? [] : null;
  }

  nextOrder(): number {
    return ++this.#order;
  }

  asked(process: number, at: number): void {
    if (at >= this.restsFrom) this.restingAsks.set(process, (this.restingAsks.get(process) ?? 0) + 1);
  }

  logged(event: string, { run }: Readonly<Record<string, unknown>>): void {
    if (event === "run.quarantined" && !this.damaged.runs.has(String(run))) this.quarantined++;
  }

  note(at: number, text: string): void {
    this.trace?.push(`${at} ${text}`);
  }

  fault(kind: FaultKind, where: Iterable<Feature>): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    for (const feature of where) {
      const place = `${kind}/${feature}`;
      this.met.set(place, (this.met.get(place) ?? 0) + 1);
    }
  }
}
