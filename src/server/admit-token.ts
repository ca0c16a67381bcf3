// Whose address with a token in it was asked for: known, and asked no more often than may be, before a body is read.

import type { ApiRequest } from "./api-request.ts";
import type { RouteContext } from "./route.ts";

/** Errors: `hook_unknown`, `rate_limited`, those of the store. */
export async function admitHook(
  { engine, clock, rates }: RouteContext,
  request: ApiRequest,
): Promise<string> {
  const token = request.params["token"] as string;
  const tenant = await engine.tenantOfHook(token);
  rates.tenants?.take(tenant, clock.now());
  return token;
}

/** Errors: `callback_unknown`, `rate_limited`. */
export function admitCallback({ engine, clock, rates }: RouteContext, request: ApiRequest): string {
  const token = request.params["token"] as string;
  const tenant = engine.tenantOfCallback(token);
  const now = clock.now();
  // Who is refused by this one takes nothing from the tenant.
  rates.callbacks?.take(token, now);
  rates.tenants?.take(tenant, now);
  return token;
}
