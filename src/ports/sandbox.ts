// Evaluation of expressions that nobody trusts: they get a value or a problem, and nothing of the engine.

import type { TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";

export interface SandboxTask {
  readonly lang: "jsonpath" | "lua";
  /** A query of RFC 9535, or the body of a Lua function that returns a value. */
  readonly source: string;
  /** The root of a query; in Lua each member is a global. */
  readonly context: JsonObject;
  /** Milliseconds since 1970: what `time.now()` tells. */
  readonly now: number;
  /** Values of secrets, for Lua at the moment of a call: the global table `secrets`. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/**
 * `lua_syntax`, `lua_error` and `jsonpath_error` are the author's; `evaluation_timeout` and `evaluation_memory` say that a
 * bound was met; `evaluation_failed` that the evaluation ends the process that is at it, each time; `result_too_large` that the value exceeds
 * `response_body_bytes`, where small values count for more than their text; `not_a_value` that it is no JSON (a function, NaN, a cycle, a table with keys of both kinds).
 */
export type SandboxCode =
  | "lua_error"
  | "lua_syntax"
  | "evaluation_timeout"
  | "evaluation_memory"
  | "evaluation_failed"
  | "result_too_large"
  | "not_a_value"
  | "jsonpath_error";

export interface SandboxProblem {
  readonly code: SandboxCode;
  readonly message: string;
}

export type SandboxResult =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: SandboxProblem };

export interface LuaSyntaxError {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** The same task gives the same result, whatever was evaluated before it; only the bounds of time may differ. */
export interface Sandbox {
  /** One result a task, in order. Tenants are served in turn. Rejects with `sandbox_unavailable`. */
  evaluate(tenant: TenantId, tasks: readonly SandboxTask[]): Promise<readonly SandboxResult[]>;
  /** Null when `source` can be compiled. Rejects with `sandbox_unavailable`: then nobody knows. */
  checkLua(tenant: TenantId, source: string): Promise<LuaSyntaxError | null>;
  /** What still waits is rejected with `sandbox_unavailable`, and so is all that comes. */
  close(): Promise<void>;
}
