// What a walk and all of its nodes share.

import type { Prng } from "../../src/simulation/prng.ts";
import type { Schedule } from "./schedule.ts";
import type { Tables } from "./tables.ts";

export interface Stage {
  readonly tables: Tables;
  readonly schedule: Schedule;
  readonly prng: Prng;
  readonly found: Set<string>;
  now: number;
  /** Whether nodes crash and make new work; else they only come to rest. */
  wild: boolean;
  retentionMs: number;
  loads: number;
  crashes: number;
  /** Renames that a loss of power took back. */
  lostRenames: number;
}
