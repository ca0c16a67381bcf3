// Evaluates tasks of both languages in this process, one after the other.

import { evaluateQuery } from "../language/jsonpath/evaluate-json-path.ts";
import { type ParsedJsonPath, parseJsonPath } from "../language/jsonpath/parse-json-path.ts";
import type { LuaSyntaxError, SandboxResult, SandboxTask } from "../ports/sandbox.ts";
import { limits } from "../value/limits.ts";
import { isWithinSize } from "./bounded-size.ts";
import { createLua, type LuaOptions } from "./lua/create-lua.ts";

export interface Evaluator {
  evaluate(task: SandboxTask): SandboxResult;
  checkLua(source: string): LuaSyntaxError | null;
}

const parsedMax = 1_000;

/**
 * Queries end by themselves (a bound of work), scripts need not: who must stay responsive evaluates in another process.
 * Bounds of memory hold here too.
 */
export async function createEvaluator(options: LuaOptions = {}): Promise<Evaluator> {
  const lua = await createLua(options);
  const parsed = new Map<string, ParsedJsonPath>();

  function parse(source: string): ParsedJsonPath {
    const known = parsed.get(source);
    if (known !== undefined) return known;
    const fresh = parseJsonPath(source);
    // A map keeps the order of insertion: the oldest goes.
    const oldest = parsed.size < parsedMax ? undefined : parsed.keys().next().value;
    if (oldest !== undefined) parsed.delete(oldest);
    parsed.set(source, fresh);
    return fresh;
  }

  function evaluateJsonPath({ source, context }: SandboxTask): SandboxResult {
    const query = parse(source);
    if (!query.ok) {
      const message = `at ${query.error.at + 1}: ${query.error.message}`;
      return { ok: false, problem: { code: "jsonpath_error", message } };
    }
    const evaluated = evaluateQuery(query.query, context);
    if (!evaluated.ok || isWithinSize(evaluated.value, limits.response_body_bytes)) return evaluated;
    const message = `the value is larger than ${limits.response_body_bytes} bytes`;
    return { ok: false, problem: { code: "result_too_large", message } };
  }

  return {
    evaluate: (task) => (task.lang === "lua" ? lua.evaluate(task) : evaluateJsonPath(task)),
    checkLua: (source) => lua.check(source),
  };
}
