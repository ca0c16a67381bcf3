// What a stream or a wait follows: as long as the caller's session lasts.

import type { ApiRequest } from "./api-request.ts";
import type { Following } from "./follow-run.ts";
import type { RouteContext } from "./route.ts";

export function followingOf({ engine, clock, accounts }: RouteContext, { headers }: ApiRequest): Following {
  const token = headers["dispatched-session"] ?? "";
  return { engine, clock, mayGoOn: async () => (await accounts.bySession(token)) !== null };
}
