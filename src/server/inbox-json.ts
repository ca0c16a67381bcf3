// The inbox, hooks, deliveries and grants as the API's JSON.

import type { DeliveryView, ShownDelivery } from "../engine/deliveries.ts";
import type { GrantView, HookView, InboxItemView, InboxView } from "../engine/inbox-api.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { maybeTime, timeJson } from "./api-json.ts";

export function itemJson(item: InboxView): JsonObject {
  return {
    id: item.id,
    number: item.number,
    kind: item.kind,
    state: item.state,
    workflow: item.workflow,
    hook: item.hook,
    run: item.run,
    reason: item.reason,
    received_at: timeJson(item.receivedAt),
    expires_at: timeJson(item.expiresAt),
    settled_at: maybeTime(item.settledAt),
  };
}

export function shownItemJson(item: InboxItemView): Json {
  return { ...itemJson(item), content: item.content };
}

export function deliveryJson(delivery: DeliveryView): JsonObject {
  return {
    id: delivery.id,
    hook: delivery.hook,
    state: delivery.state,
    run: delivery.run,
    item: delivery.item,
    repeated: delivery.repeated,
    reason: delivery.reason,
    replay_of: delivery.replayOf,
    received_at: timeJson(delivery.receivedAt),
    expires_at: timeJson(delivery.expiresAt),
  };
}

export function shownDeliveryJson(delivery: ShownDelivery): JsonObject {
  const { method, headers, query, body, encoding, whole } = delivery.content;
  return { ...deliveryJson(delivery), method, headers, query, body, encoding, whole };
}

export function hookJson(hook: HookView): JsonObject {
  return {
    id: hook.id,
    workflow: hook.workflow,
    verify: hook.verify,
    quota: hook.quota,
    waiting: hook.waiting,
    created_at: timeJson(hook.createdAt),
    revoked_at: maybeTime(hook.revokedAt),
  };
}

export function grantJson(grant: GrantView): JsonObject {
  return {
    id: grant.id,
    workflow: grant.workflow,
    version: grant.version,
    triggers: [...grant.triggers],
    hosts: [...grant.hosts],
    secrets: [...grant.secrets],
    verify: grant.verify,
    created_at: timeJson(grant.createdAt),
    expires_at: timeJson(grant.expiresAt),
    ended_at: maybeTime(grant.endedAt),
    end: grant.end,
  };
}
