// The one sequence of everything that happens in a world: its trace, its counts, its ledger.

import type { FaultKind } from "./fault-plan.ts";
import type { Answer, Call, LeaseOpened, SecretWrite, Written } from "./history.ts";

export class WorldRecord {
  readonly calls: Call[] = [];
  readonly answers: Answer[] = [];
  readonly secretWrites: SecretWrite[] = [];
  /** Order at which the append that ends at this seq became durable: by `run/seq`. */
  readonly durableOrders = new Map<string, number>();
  readonly leases: LeaseOpened[] = [];
  readonly writes: Written[] = [];
  readonly faults = new Map<FaultKind, number>();
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

  fault(kind: FaultKind): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }
}
