// What is kept, and shown, of an answer to a callback that is not taken: masked, as it is when it is.

import type { InboxOutcome, InboxRow } from "../ports/inbox-store.ts";
import { DispatchedError } from "../value/problem.ts";
import { type CallbackBody, openItem, resealItem } from "./inbox-item.ts";
import type { ItemHost } from "./judge-item.ts";
import type { Signals } from "./signals.ts";
import { isRefusal } from "./start-run.ts";

/** For an item that was not taken. What is damaged stays so. Errors: those that are gone at another try, `locked` among them. */
export async function keptOf(
  { ports, signals }: Pick<ItemHost, "ports" | "signals">,
  row: InboxRow,
): Promise<Pick<InboxOutcome, "kept">> {
  if (row.kind !== "callback") return {};
  try {
    const body = openItem(ports.vault, row);
    if (body.type !== "callback") return {};
    return { kept: resealItem(ports.vault, row, await maskedCallback(signals, body)) };
  } catch (error) {
    if (error instanceof DispatchedError && error.code === "sealed_data_damaged") return {};
    throw error;
  }
}

/** Without what was sent, where its run is gone and nobody knows what must be masked. Errors: those of `keptOf`. */
export async function maskedCallback(signals: Signals, body: CallbackBody): Promise<CallbackBody> {
  if (body.masked) return body;
  try {
    const [masked = null, key = null] = await signals.masked(body.token, [body.body, body.key]);
    return { ...body, masked: true, body: masked, key: key === null ? null : String(key) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...body, masked: true, body: null, key: null };
  }
}
