// What happened in a simulated world, as outsiders saw it: services, callers, the disk. Checkers judge by this alone.

import type { HostRule } from "../engine/host-rule.ts";
import type { RunBounds } from "../language/workflow.ts";
import type { JsonObject } from "../value/json.ts";
import type { BulkAsked } from "./bulks-seen.ts";
import type { Call } from "./call.ts";
import type { EpochsSeen } from "./epochs-seen.ts";
import type { ForgottenSeen } from "./forgotten-runs.ts";
import type { GrantsSeen } from "./grants-seen.ts";
import type { DurableItem, ItemJudged, RoomGiven, Sent } from "./inbox-seen.ts";
import type { RunsFound } from "./labels-seen.ts";
import type { LinkMade } from "./links-seen.ts";
import type { SteeredSeen } from "./steered-seen.ts";
import type { Overstayed, StopSeen, StoreTrouble } from "./stops-seen.ts";
import type { StreamsSeen } from "./streams-seen.ts";
import type { WorkflowModel } from "./workload/model.ts";
import type { LeaseOpened, Written } from "./writes-seen.ts";

export type { RunBounds } from "../language/workflow.ts";
export type { Call, Heard, Served } from "./call.ts";
export type { LeaseOpened, Written } from "./writes-seen.ts";

/** What a caller was told. */
export type Answer =
  | {
      readonly type: "put";
      readonly tenant: string;
      readonly workflow: string;
      readonly version: number;
      readonly beganOrder: number;
      readonly heardOrder: number;
      /** By the clocks of the nodes: the earliest when it began, the latest when it was heard. */
      readonly beganAt: number;
      readonly heardAt: number;
      /** By the world's clock. */
      readonly at: number;
    }
  | {
      readonly type: "started";
      readonly tenant: string;
      readonly run: string;
      readonly order: string;
      readonly key: string | null;
      readonly heardOrder: number;
    }
  | {
      readonly type: "end";
      readonly tenant: string;
      readonly run: string;
      readonly status: string;
      readonly output: unknown;
      readonly compensation: string | null;
      readonly heardOrder: number;
    }
  /** To a synchronous caller. */
  | ({ readonly type: "answer" } & AnswerTold)
  | {
      readonly type: "view";
      readonly run: string;
      readonly view: Viewed;
      readonly heardOrder: number;
    }
  | {
      readonly type: "cancelled";
      readonly run: string;
      readonly compensate: boolean;
      readonly heardOrder: number;
    }
  /** A pause, and a compensation that was asked for again. */
  | { readonly type: "paused" | "undone"; readonly run: string; readonly heardOrder: number }
  | { readonly type: "refused"; readonly what: string; readonly code: string }
  | ({ readonly type: "found" } & RunsFound)
  /** What had to be refused was taken. */
  | { readonly type: "taken"; readonly what: string };

/** What a synchronous caller was answered: what the run responded, its end, or how it stood when the time was up. */
export interface AnswerTold {
  readonly run: string;
  readonly responded: unknown;
  readonly status: string;
  readonly output: unknown;
  /** How long the engine says that such a caller is kept waiting, or null for one that asks by itself. */
  readonly syncTimeoutMs: number | null;
  /** How long it was ready to wait. */
  readonly waitMs: number;
  readonly beganOrder: number;
  readonly heardOrder: number;
  /** By the world's clock. */
  readonly beganAt: number;
  readonly heardAt: number;
}

/** A run as it was shown while it went on. */
export interface Viewed {
  readonly seq: number;
  readonly status: string;
  readonly output: unknown;
  readonly compensation: string | null;
  readonly steps: readonly {
    readonly id: string;
    readonly status: string;
    readonly attempts: number;
    readonly endedAt: number | null;
  }[];
}

export interface DurableEvent {
  readonly seq: number;
  readonly type: string;
  readonly at: number;
  /** Place in the one sequence at which it became durable, and when, by the world's clock. */
  readonly order: number;
  readonly durableAt: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface DurableRun {
  readonly tenant: string;
  readonly run: string;
  readonly status: string;
  readonly lastSeq: number;
  /** What its row says: that the engine alone cannot open it. */
  readonly attended: boolean;
  /** A node has it in memory, or had when it died. */
  readonly held: boolean;
  readonly events: readonly DurableEvent[];
}

export interface SecretWrite {
  readonly tenant: string;
  readonly name: string;
  /** Null for a deletion. */
  readonly value: string | null;
  /** Where it may be sent: null for anywhere, undefined for where the one before might. */
  readonly hosts: readonly string[] | null | undefined;
  /** As its writer was told; null for a deletion, and when nobody answered. */
  readonly version: number | null;
  readonly beganOrder: number;
  readonly doneOrder: number;
}

/** A signal, or the answer to a callback, as whoever sent it knows it. */
export interface SignalSent {
  readonly run: string;
  /** `callback` for the answer to one, of `step`. */
  readonly name: string;
  readonly step: string | null;
  /** Whose callback it answers, of a strategy. */
  readonly item: number | null;
  /** Unique; it stands in the body. */
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: string | null;
  readonly beganOrder: number;
  /** What each sending of it was told: null when it was taken, else a code. */
  readonly outcomes: { readonly code: string | null; readonly order: number }[];
}

/** An engine that came up, by the clock of its node, since when the one before it was down, and when one was first begun after it. */
export interface Boot {
  readonly upAt: number;
  readonly downSince: number;
  readonly bootedAt: number;
}

/** One process of an engine, and where it knew the keys of whom. Times by the world's clock; null for its end. */
export interface ProcessLife {
  readonly process: number;
  readonly node: number;
  readonly from: number;
  to: number | null;
  readonly opened: OpenSpan[];
}

export interface OpenSpan {
  readonly tenant: string;
  readonly from: number;
  readonly fromOrder: number;
  to: number | null;
}

/** A claim of a run that the engine alone cannot open. */
export interface AttendedClaim {
  readonly run: string;
  readonly tenant: string;
  readonly process: number;
  readonly askedAt: number;
}

/** Somebody without a session was told that the run cannot be opened. */
export interface LockedAnswer {
  readonly run: string;
  readonly beganOrder: number;
  readonly order: number;
}

/** How a row stood on the disk for a while: whether the engine alone could open it. By the world's clock. */
export interface LiveSpan {
  readonly tenant: string;
  readonly kind: "run" | "definition" | "secret" | "event" | "grant";
  /** Id of the run or grant, name of the secret, `name@version` of the definition, type of the event. */
  readonly name: string;
  readonly live: boolean;
  readonly from: number;
  to: number | null;
}

/** A rerun, as whoever asked for it knows it. */
export interface RerunAsked {
  readonly of: string;
  /** Ids of steps, and items as `step[3]`; none for those that did not pass. */
  readonly from: readonly string[];
  /** Null for that of the run. */
  readonly version: number | null;
  /** The input to use instead, or null. */
  readonly body: JsonObject | null;
  readonly created: string | null;
  /** Why it was refused, or null. */
  readonly code: string | null;
  readonly beganOrder: number;
  readonly heardOrder: number;
}

/** An event, as whoever sent it knows it. */
export interface EventSent {
  readonly tenant: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | null;
  readonly data: JsonObject;
  readonly beganOrder: number;
  /** Each answer that it was taken, with the world's time. */
  readonly acknowledged: { readonly order: number; readonly at: number; readonly repeated: boolean }[];
}

/** A start that was refused because no place was free. */
export interface Limited {
  /** Whose places: `tenant/workflow/key`. */
  readonly key: string;
  readonly limit: number;
  readonly onLimit: string;
  readonly beganOrder: number;
  readonly heardOrder: number;
}

/** A cancel that a caller asked for, whatever was answered. */
export interface CancelAsked {
  readonly run: string;
  /** Of a cancel of every run with this order. */
  readonly order: string | null;
  readonly beganOrder: number;
}

/** A data key on the disk. */
export interface DurableKey {
  readonly what: string;
  /** Of the tenant's key by which it is wrapped; 0 for none that ever was. */
  readonly generation: number;
  readonly current: number;
  /** The oldest that may be: of those whose rotation is under way, because they do not come back, the one before. */
  readonly oldest: number;
  /** It opens all that its record seals. */
  readonly opens: boolean;
}

/** The disk refused what was wrapped for a key of the tenant that had been replaced. */
export interface KeyRefused {
  readonly what: "run" | "item";
  readonly tenant: string;
  readonly id: string;
  readonly process: number;
  /** By the world's clock. */
  readonly at: number;
}

/** An entry of an audit log, as it stands on the disk at the end. */
export interface AuditSeen {
  readonly tenant: string;
  readonly seq: number;
  readonly id: string;
  readonly action: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly texts: Readonly<Record<string, string>>;
  /** When it became durable and by which process, of one that was appended alone; else 0 and null. */
  readonly order: number;
  readonly process: number | null;
}

/** What stands on the disk at the end: every definition, and the last version of each secret. */
export interface StoredRecords {
  readonly definitions: readonly RecordName[];
  readonly secrets: readonly RecordName[];
  /** Workflows that are deleted. */
  readonly deleted: readonly Omit<RecordName, "version">[];
}

interface RecordName {
  readonly tenant: string;
  readonly name: string;
  readonly version: number;
}

export interface History {
  readonly keys: readonly DurableKey[];
  readonly keysRefused: readonly KeyRefused[];
  /** Runs and items whose key the disk did not refuse, whatever else it said of them. */
  readonly keysTaken: ReadonlySet<string>;
  readonly links: readonly LinkMade[];
  readonly overstayed: readonly Overstayed[];
  readonly stops: readonly StopSeen[];
  readonly storeTroubles: readonly StoreTrouble[];
  /** What was stored under a key of a tenant that had been replaced before. */
  readonly underEnded: readonly string[];
  /** Of tenants who have not left. */
  readonly rotationsUnderWay: number;
  readonly seed: number;
  readonly models: ReadonlyMap<string, WorkflowModel>;
  readonly calls: readonly Call[];
  readonly answers: readonly Answer[];
  /** Those that were forgotten among them. */
  readonly runs: readonly DurableRun[];
  readonly forgotten: ForgottenSeen;
  /** How each engine was told to spare the hosts of the services. */
  readonly hosts: readonly HostRule[];
  /** Null for as much as usual. */
  readonly runBounds: RunBounds | null;
  readonly secretWrites: readonly SecretWrite[];
  readonly signals: readonly SignalSent[];
  readonly events: readonly EventSent[];
  readonly sent: readonly Sent[];
  readonly items: readonly DurableItem[];
  /** Null for as much as usual, which no world fills. */
  readonly inboxRoom: RoomGiven | null;
  readonly itemsJudged: readonly ItemJudged[];
  readonly streams: StreamsSeen;
  readonly granted: GrantsSeen;
  readonly boots: readonly Boot[];
  readonly lives: readonly ProcessLife[];
  readonly claims: readonly AttendedClaim[];
  /** What each process asked of the store in the last ten seconds, with nothing left to be done. */
  readonly restingAsks: readonly number[];
  /** When the disk refused to be read, by the world's clock. */
  readonly readFailures: readonly number[];
  readonly lockedAnswers: readonly LockedAnswer[];
  readonly liveSpans: readonly LiveSpan[];
  /** Tenants whose callers left and did not come back. */
  readonly left: readonly string[];
  /** By how much the clocks jumped, all in all. */
  readonly jumpedMs: number;
  readonly reruns: readonly RerunAsked[];
  readonly bulks: readonly BulkAsked[];
  /** Ids that one idempotency key was answered with, one after the other. */
  readonly bulksAgain: readonly { readonly first: string; readonly again: string }[];
  readonly steered: SteeredSeen;
  readonly limited: readonly Limited[];
  readonly cancels: readonly CancelAsked[];
  /** When faults struck nodes, clocks or the store, by the world's clock, in order. */
  readonly strikes: readonly number[];
  /** Places that are taken, or waited for, on the disk at the end. */
  readonly slots: readonly string[];
  readonly leases: readonly LeaseOpened[];
  readonly writes: readonly Written[];
  readonly audit: readonly AuditSeen[];
  readonly stored: StoredRecords;
  /** One node at a time: a new lease ends every earlier one. */
  readonly exclusive: boolean;
  /** Everything on the simulated disk, as text. */
  readonly disk: string;
  readonly leaseTtlMs: number;
  readonly faultsEndedAt: number;
  readonly endedAt: number;
  /** A node went on while another held its lease: both may then send one attempt. */
  readonly zombies: boolean;
  /** A clock went back across a restart: a retry that was sent may look as if its time had not come. */
  readonly clockBack: boolean;
  /** Runs that could not be read, and were not damaged. */
  readonly quarantined: number;
  readonly damaged: ReadonlySet<string>;
  readonly epochs: EpochsSeen;
}

export interface Broken {
  readonly promise: string;
  readonly run: string | null;
  readonly what: string;
}

export function modelKey(workflow: string, version: number): string {
  return `${workflow}@${version}`;
}
