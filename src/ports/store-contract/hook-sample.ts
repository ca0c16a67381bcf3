// A hook for the store's contract.

import { type HookId, newHookId } from "../../value/id.ts";
import type { HookRow } from "../inbox-store.ts";
import { bytesOf, epoch, hashOf, tenantOf } from "./sample.ts";

export function hookId(number: number): HookId {
  return newHookId(epoch + number, bytesOf(number, 10));
}

export function hookSample(number: number, changes: Partial<HookRow> = {}): HookRow {
  return {
    tenant: tenantOf(1),
    id: hookId(number),
    token: bytesOf(number, 32),
    workflow: hashOf(number),
    verify: false,
    quota: 10,
    key: bytesOf(number, 77),
    sealed: bytesOf(number, 60),
    createdAt: epoch,
    revokedAt: null,
    code: new Uint8Array(32),
    ...changes,
  };
}
