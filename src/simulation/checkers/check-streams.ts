// Streams: a follower of what comes by hooks misses nothing and hears nothing twice, over all breaks; one of runs that end badly hears of each.

import type { Broken, History } from "../history.ts";
import type { DeliveriesFollowed, FailuresFollowed } from "../streams-seen.ts";

/** What is durable is told to those who are connected within so long, whatever the store makes of it. */
const toldWithinMs = 8_000;
const badEnds: ReadonlySet<string> = new Set(["run.failed", "run.timed_out"]);

export function checkStreams(history: History): readonly Broken[] {
  return [
    ...history.streams.deliveries.flatMap((seen) => checkDeliveries(history, seen)),
    ...history.streams.failures.flatMap((seen) => checkFailures(history, seen)),
  ];
}

function checkDeliveries(
  { streams, granted }: History,
  { tenant, beganOrder, endOrder, told }: DeliveriesFollowed,
): readonly Broken[] {
  const say = (promise: string, what: string) => ({ promise, run: null, what });
  const orders = new Map(streams.stored.map(({ id, order }) => [id, order]));
  const places = told.map((id) => orders.get(id) ?? 0);
  const broken: Broken[] = [];
  if (new Set(told).size < told.length) broken.push(say("a stream tells no delivery twice", tenant));
  if (places.some((place, index) => place < (places[index - 1] ?? 0)))
    broken.push(say("a stream tells deliveries in their order", tenant));
  const kept = new Set(granted.deliveries.map(({ delivery }) => delivery));
  // Who did not come to the end has heard all before the last that he heard.
  const before = endOrder ?? places.at(-1) ?? 0;
  const heard = new Set(told);
  for (const { tenant: owner, id, order } of streams.stored) {
    if (owner !== tenant || order <= beganOrder || order >= before || !kept.has(id) || heard.has(id))
      continue;
    broken.push(say("a stream of deliveries misses none", id));
  }
  return broken;
}

function checkFailures(history: History, seen: FailuresFollowed): readonly Broken[] {
  const { tenant, process, fromAt, told } = seen;
  if (fromAt === null) return [];
  const life = history.lives.find((one) => one.process === process);
  const toAt = Math.min(seen.toAt, life?.to ?? seen.toAt);
  const own = history.writes.filter((one) => one.tenant === tenant && one.process === process);
  const broken: Broken[] = [];
  const ends = new Map(
    history.runs.flatMap(({ run, events }) =>
      events.flatMap(({ type, order }) => (badEnds.has(type) ? [[`${run}/${order}`, true] as const] : [])),
    ),
  );
  for (const { run, order, at } of own) {
    if (!ends.has(`${run}/${order}`) || at <= fromAt || at + toldWithinMs > toAt) continue;
    if (!told.some((one) => one.run === run && one.at >= at))
      broken.push({ promise: "a stream of failures misses none", run, what: "its bad end was not told" });
  }
  const changed = history.writes.filter((one) => one.tenant === tenant && one.at > fromAt - toldWithinMs);
  for (const [run, times] of Map.groupBy(told, (one) => one.run)) {
    // What was durable shortly before may be told, too, and what another node did to a run that was here.
    const changes = changed.filter((one) => one.run === run).length;
    if (times.length > changes)
      broken.push({
        promise: "a stream of failures tells of each change once",
        run,
        what: `told ${times.length} times for ${changes} changes`,
      });
  }
  return broken;
}
