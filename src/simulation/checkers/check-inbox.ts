// The inbox: what was acknowledged is there, is judged once when somebody signs in, and starts runs in its order.

import type { Broken, History } from "../history.ts";
import type { DurableItem } from "../inbox-seen.ts";

export function checkInbox(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const say = (promise: string, run: string | null, what: string) => broken.push({ promise, run, what });
  const items = new Map(history.items.map((item) => [`${item.tenant}/${item.item}`, item]));
  for (const { tenant, item, order } of history.sent) {
    if (!items.has(`${tenant}/${item}`))
      say("what was acknowledged waits in the inbox", null, `${item} of ${order}`);
  }
  const runs = new Map(history.runs.map((run) => [`${run.tenant}/${run.run}`, run]));
  const taken = new Map<string, string>();
  // A delivery that comes twice waits twice: only its signature, judged later, shows that it is the same.
  const signed = new Set(history.granted.hooksMade.flatMap(({ hook, verify }) => (verify ? [hook] : [])));
  for (const item of history.items) {
    const { tenant, state, run, reason } = item;
    if (state === "waiting" && !history.left.includes(tenant))
      say("what waits is judged at the sign-in", null, `${item.item} waits`);
    if (state === "rejected" && reason === null) say("what is rejected says why", null, item.item);
    if (state !== "started") continue;
    if (run === null || !runs.has(`${tenant}/${run}`)) {
      say("an item that was started has a run", run, item.item);
      continue;
    }
    const other = taken.get(`${tenant}/${run}`);
    if (other !== undefined && !signed.has(item.hook ?? ""))
      say("a run is of one item", run, `${item.item} and ${other}`);
    taken.set(`${tenant}/${run}`, item.item);
  }
  checkSent(history, items, say);
  checkOrder(history, say);
  return broken;
}

type Say = (promise: string, run: string | null, what: string) => void;

/** The run of an item is that which its sender asked for. */
function checkSent(history: History, items: ReadonlyMap<string, DurableItem>, say: Say): void {
  const orders = new Map(
    history.runs.map((run) => [`${run.tenant}/${run.run}`, orderOf(run.events[0]?.data)]),
  );
  for (const { tenant, item, order } of history.sent) {
    const { run = null } = items.get(`${tenant}/${item}`) ?? {};
    if (run === null) continue;
    const found = orders.get(`${tenant}/${run}`);
    if (found !== undefined && found !== order) say("a run is of its item", run, `${found} for ${order}`);
  }
}

function orderOf(created: Readonly<Record<string, unknown>> | undefined): string {
  const trigger = created?.["trigger"] as { readonly body?: { readonly order?: string } } | undefined;
  return trigger?.body?.order ?? "";
}

/**
 * Of two items the earlier one's run became durable first. One with a key, or of a due time or an event, says nothing of
 * it: its run may have been started otherwise.
 */
function checkOrder(history: History, say: Say): void {
  const born = new Map(history.runs.map((run) => [`${run.tenant}/${run.run}`, run.events[0]?.order ?? 0]));
  const alone = new Set(
    history.sent.flatMap(({ tenant, item, key }) => (key === null ? [`${tenant}/${item}`] : [])),
  );
  for (const [tenant, items] of Map.groupBy(history.items, (item) => item.tenant)) {
    let last = 0;
    for (const { run, state, item } of [...items].sort((a, b) => a.number - b.number)) {
      if (state !== "started" || !alone.has(`${tenant}/${item}`)) continue;
      const order = born.get(`${tenant}/${run}`) ?? last;
      if (order < last) say("items are started in their order", run, `${item} before one that came earlier`);
      last = Math.max(last, order);
    }
  }
}
