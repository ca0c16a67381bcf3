// The one sequence of everything that happens in a world: its trace, its counts, its ledger.

import type { FaultKind } from "./fault-plan.ts";
import type {
  Answer,
  Boot,
  Call,
  CancelAsked,
  EventSent,
  LeaseOpened,
  Limited,
  RerunAsked,
  SecretWrite,
  SignalSent,
  Written,
} from "./history.ts";
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
  readonly boots: Boot[] = [];
  jumpedMs = 0;
  readonly reruns: RerunAsked[] = [];
  readonly limited: Limited[] = [];
  readonly cancels: CancelAsked[] = [];
  /** When the append that ends at this seq became durable: by `run/seq`. */
  readonly durable = new Map<string, Durable>();
  readonly leases: LeaseOpened[] = [];
  readonly writes: Written[] = [];
  readonly strikes: number[] = [];
  readonly faults = new Map<FaultKind, number>();
  /** How often a fault struck where a feature of the language was in use: by `fault/feature`. */
  readonly met = new Map<string, number>();
  readonly trace: string[] | null;
  operations = 0;
  operationsFailed = 0;
  quarantined = 0;
  zombies = false;
  #order = 0;

  constructor(traced: boolean) {
    this.trace = traced ? [] : null;
  }

  nextOrder(): number {
    return ++this.#order;
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
