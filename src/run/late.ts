// What Lua that names secrets reads besides them: recorded with the request, so that every attempt evaluates the same.

import { lateSource } from "../language/late-lua.ts";
import type { RecordedRequest } from "../language/recorded-request.ts";
import { secretNames } from "../language/secret-names.ts";
import { contextOf, type RunScope } from "./scope.ts";
import type { Turn } from "./turn.ts";

/** `request` was just evaluated: its Lua is told one time, with secrets or without. */
export function withLate(turn: Turn, scope: RunScope, request: RecordedRequest): RecordedRequest {
  const sources = secretNames(request).flatMap((name) => lateSource(name) ?? []);
  if (sources.length === 0) return request;
  return { ...request, late: { context: contextOf(scope, sources.join("\n")), now: turn.told ?? turn.now } };
}
