// Addresses of callbacks: unguessable, the same over retries, and known to nobody but whom they were sent to.

import type { Vault } from "../ports/vault.ts";
import { asRunId, type RunId, type TenantId } from "../value/id.ts";
import { hex } from "./hex.ts";
import { sameText } from "./same-text.ts";

export interface CallbackName {
  readonly tenant: TenantId;
  readonly run: RunId;
  readonly step: number;
  readonly item: number | null;
}

/** `<tenant>.<run>.<step>.<item>.<keyed hash>`: letters, digits, `_`, `-` and dots. */
export function callbackToken(vault: Vault, name: CallbackName): string {
  const text = textOf(name);
  return `${text}.${hex(vault.hash(name.tenant, "callback", text))}`;
}

/** Whose callback `token` is for; null for one that was not made here. */
export function readCallbackToken(vault: Vault, token: string): CallbackName | null {
  const found = /^(ten_[0-9a-z]{26})\.(run_[0-9a-z]{26})\.(\d{1,3})\.(\d{0,5})\.([0-9a-f]{32})$/.exec(token);
  if (found === null) return null;
  const [, tenant = "", id = "", step = "", item = ""] = found;
  const run = asRunId(id);
  if (run === null) return null;
  const name: CallbackName = {
    tenant: tenant as TenantId,
    run,
    step: Number(step),
    item: item === "" ? null : Number(item),
  };
  return sameText(callbackToken(vault, name), token) ? name : null;
}

function textOf({ tenant, run, step, item }: CallbackName): string {
  return `${tenant}.${run}.${step}.${item ?? ""}`;
}
