// What is wrong with the Lua texts of a document: told alike by the server that stores it and by whoever checks it alone.

import type { DocumentProblem, LuaUse } from "./workflow.ts";

/** Compiles one text; null when it can be compiled. `line`: of the text, from 1. */
type CheckLua = (source: string) => Promise<{ readonly line: number; readonly message: string } | null>;

/** Only the interpreter knows what is Lua. Codes: `invalid_lua`. */
export async function luaProblems(
  uses: readonly LuaUse[],
  check: CheckLua,
): Promise<readonly DocumentProblem[]> {
  const problems: DocumentProblem[] = [];
  for (const { source, place } of uses) {
    const found = await check(source);
    if (found === null) continue;
    const message = `line ${found.line}: ${found.message}`;
    problems.push({ code: "invalid_lua", message, fix: await fixOf(source, check), ...place });
  }
  return problems;
}

/** What a beginner leaves out. */
async function fixOf(source: string, check: CheckLua): Promise<string | null> {
  const returned = await check(`return ${source}`);
  return returned === null ? "a Lua text is the body of a function: begin it with `return`" : null;
}
