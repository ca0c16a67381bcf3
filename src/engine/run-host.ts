// What a run in memory asks of its engine.

import type { Fence } from "../ports/store.ts";
import type { AttemptOutcome } from "../run/command.ts";
import type { CallEffect } from "../run/effect.ts";
import type { Need } from "../run/need.ts";
import type { RunId } from "../value/id.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Journal } from "./journal.ts";
import type { EngineOptions } from "./options.ts";
import type { CallUnderWay } from "./perform-call.ts";
import type { EnginePorts } from "./ports.ts";
import type { Errand } from "./run-errands.ts";
import type { Slices } from "./slices.ts";
import type { Timers } from "./timers.ts";

export interface RunHost {
  readonly ports: EnginePorts;
  readonly options: EngineOptions;
  readonly journal: Journal;
  readonly timers: Timers;
  /** For what takes long. */
  readonly slices: Slices;
  fence(): Fence;
  /** False when the lease may have ended or the engine stops: nothing new may be sent. */
  maySend(): boolean;
  /** A call of which something was sent may send the rest: also while the node stops, until it gives up what is under way. */
  mayGoOn(): boolean;
  /** `done` is called with `locked` when a secret cannot be opened here: nothing was sent, for now. */
  perform(
    run: ActiveRun,
    effect: CallEffect,
    done: (outcome: AttemptOutcome | "locked") => void,
  ): CallUnderWay;

  /** Runs an errand; `settled` is called when nothing more is to be done for it here, or nothing can be while it is locked. */
  errand(run: ActiveRun, effect: Errand, settled: (state: "done" | "locked") => void): void;
  /** Opens to the engine alone what the run may need, and reads again what it keeps. Errors: `locked`. */
  makeLive(run: ActiveRun): Promise<void>;
  /** Has the sandbox compute, and gives the run what it made. */
  evaluate(run: ActiveRun, needs: readonly Need[]): void;

  /** New events of the run are durable. */
  changed(run: ActiveRun): void;
  /** It reached its terminal status and leaves memory; `pokes` are the runs that must look. */
  ended(run: ActiveRun, pokes: readonly RunId[]): void;
  /** Other runs must look at this one again. */
  poked(run: ActiveRun, pokes: readonly RunId[]): void;
  /** It only waits, and leaves memory until it is due. */
  parked(run: ActiveRun): void;
  /** It never came to be. */
  discarded(run: ActiveRun): void;
  /** An append fell silent and is not there: the store may apply it late, when nobody here thinks of it any more. */
  doubted(): void;
  /** What is in memory is worth nothing: read it again. `wasQuiet`: nothing of it was under way. */
  evicted(run: ActiveRun, wasQuiet: boolean): void;
  /** Its log or a decision broke an invariant: it stays as it is and is shown; the engine goes on. */
  quarantine(run: ActiveRun, error: unknown): void;
  /** The lease ended: this node must stop. */
  fenced(): void;
  /** What a sender hears whose run left this node. */
  goneError(): unknown;
}
