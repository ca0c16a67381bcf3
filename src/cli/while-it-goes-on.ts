// What a command that looks at a run tells when it ends before the run does: that the run goes on, and how to look at it again.

import { ClientError } from "../client/client-error.ts";
import { sayingOnInterrupt } from "./saying-on-interrupt.ts";
import type { Terminal } from "./terminal.ts";

/** Ctrl-C ends the looking, and says that it has not ended the run. */
export function whileItGoesOn<Result>(
  terminal: Terminal,
  id: string,
  look: () => Promise<Result>,
): Promise<Result> {
  return sayingOnInterrupt(`the run goes on: dispatched runs follow ${id}`, look, () => terminal.pending([]));
}

/** The same error with the run that was started before it. */
export function withStartedRun(error: unknown, id: string): unknown {
  if (!(error instanceof ClientError)) return error;
  const { code, status, message, problem, retryAfterSeconds } = error;
  const detail = `${message}; ${id} was started and is not lost`;
  const first = problem?.hint === undefined ? "" : `${problem.hint}; then `;
  const hint = `${first}\`dispatched runs follow ${id}\` goes on from here`;
  return new ClientError(code, status, detail, { ...problem, code, detail, hint }, retryAfterSeconds);
}
