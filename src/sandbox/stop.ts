// Ends an evaluation from within, past every handler that the evaluated text may have set.

import type { SandboxCode, SandboxProblem } from "../ports/sandbox.ts";

/** Not an error of Lua: it unwinds through the interpreter, so `pcall` does not see it. */
export class Stop extends Error {
  readonly problem: SandboxProblem;

  constructor(code: SandboxCode, message: string) {
    super(message);
    this.problem = { code, message };
  }
}
