// A sandbox in this process, for a deterministic simulation and to compile alone: the same values and problems, no bound of time.

import type { Sandbox } from "../ports/sandbox.ts";
import { createEvaluator } from "./evaluator.ts";
import type { LuaOptions } from "./lua/create-lua.ts";

/** Only for scripts that are known to end: one that does not holds up this process for ever. */
export async function createInlineSandbox(options: LuaOptions = {}): Promise<Sandbox> {
  const evaluator = await createEvaluator(options);
  return {
    evaluate: (_tenant, tasks) => Promise.resolve(tasks.map((task) => evaluator.evaluate(task))),
    checkLua: (_tenant, source) => Promise.resolve(evaluator.checkLua(source)),
    close: () => Promise.resolve(),
  };
}
