// The ids of items, hooks, deliveries, grants and bulk actions in the path.

import type { BulkId, DeliveryId, GrantId, HookId, ItemId } from "../value/id.ts";
import { DispatchedError, type ErrorCode } from "../value/problem.ts";
import type { ApiRequest } from "./api-request.ts";

/** Errors: `item_not_found` for what is no id. */
export function itemIdOf(request: ApiRequest): ItemId {
  return idOf(request, "itm", "item_not_found") as ItemId;
}

/** Errors: `hook_not_found` for what is no id. */
export function hookIdOf(request: ApiRequest): HookId {
  return idOf(request, "hok", "hook_not_found") as HookId;
}

/** Errors: `delivery_not_found` for what is no id. */
export function deliveryIdOf(request: ApiRequest): DeliveryId {
  return idOf(request, "dlv", "delivery_not_found") as DeliveryId;
}

/** Errors: `grant_not_found` for what is no id. */
export function grantIdOf(request: ApiRequest): GrantId {
  return idOf(request, "gra", "grant_not_found") as GrantId;
}

/** Errors: `bulk_not_found` for what is no id. */
export function bulkIdOf(request: ApiRequest): BulkId {
  return idOf(request, "blk", "bulk_not_found") as BulkId;
}

function idOf({ params }: ApiRequest, prefix: string, code: ErrorCode): string {
  const text = params["id"] ?? "";
  if (text.startsWith(`${prefix}_`) && /^[a-z]{3}_[0-9a-z]{26}$/.test(text)) return text;
  throw new DispatchedError(
    code,
    `${JSON.stringify(text.slice(0, 64))} is not such an id: one is ${prefix}_ with 26 letters and digits behind it`,
  );
}
