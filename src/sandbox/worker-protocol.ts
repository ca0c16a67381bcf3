// What the pool and an evaluating process say to each other.

import type { LuaSyntaxError, SandboxResult, SandboxTask } from "../ports/sandbox.ts";

/** Evaluating processes come after everything else that wants the processor. */
export const niceness = 10;

export type SandboxJob =
  | { readonly type: "evaluate"; readonly task: SandboxTask }
  | { readonly type: "check"; readonly source: string };

export type SandboxAnswer =
  | { readonly type: "evaluated"; readonly result: SandboxResult }
  | { readonly type: "checked"; readonly error: LuaSyntaxError | null };

export interface WorkerRequest {
  readonly jobs: readonly SandboxJob[];
}

/**
 * `ready` comes once. Answers come in the order of the jobs, in one message or several; `over` stands in the last. A batch that
 * takes long is broken off between two jobs: those that have no answer then were not begun. Beside the messages, the process
 * writes one byte to its standard output whenever it begins a job: so the pool knows which job it is at, and since when,
 * even when the job never returns.
 */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "answers"; readonly answers: readonly SandboxAnswer[]; readonly over: boolean };
