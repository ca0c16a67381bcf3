// The events of a run, and the runs of a tenant, as streams.

import type { EngineApi, RunQuery } from "../engine/engine-api.ts";
import type { WaitQuery } from "../engine/review-api.ts";
import type { Clock } from "../ports/clock.ts";
import type { BulkId, RunId, TenantId } from "../value/id.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { bulkJson, eventJson, runItemJson, runWaitsJson } from "./api-json.ts";
import { briefEvent } from "./brief.ts";
import { beatMs, type StreamEvent } from "./event-stream.ts";

export interface Following {
  readonly engine: EngineApi;
  readonly clock: Clock;
  /** Whether the caller's credential still opens what he follows. */
  readonly mayGoOn: () => Promise<boolean>;
}

const pageEvents = 100;
/** In brief, without what is long. Each page opens what was sealed with its events, up to ten thousand of them: few pages, then. */
const briefPageEvents = 500;

/** Events after `after` as they become durable, in order, each once; `ended` with the last. */
export async function* followRun(
  { engine, clock, mayGoOn }: Following,
  tenant: TenantId,
  run: RunId,
  { after, brief }: { readonly after: number; readonly brief: boolean },
): AsyncGenerator<readonly StreamEvent[]> {
  let judgedAt = clock.now();
  for (let last = after; engine.unready() === null; ) {
    const limit = brief ? briefPageEvents : pageEvents;
    const page = await engine.listEvents(tenant, run, last, limit, clock.now() + beatMs);
    if (clock.now() >= judgedAt + beatMs) {
      if (!(await mayGoOn())) return;
      judgedAt = clock.now();
    }
    last = page.events.at(-1)?.seq ?? last;
    const events = page.events.map((event) => ({
      id: String(event.seq),
      event: "event",
      data: stringifyJson(brief ? briefEvent(eventJson(run, event)) : eventJson(run, event)),
    }));
    yield page.ended ? [...events, { event: "ended", data: `{"seq":${last}}` }] : events;
    if (page.ended) return;
  }
}

/**
 * `reset` at the beginning and whenever more has changed than is remembered: load the list; then runs that changed: `run` for one
 * that fits, `unfit` for one that does not, or not any more.
 */
export function followRuns(
  following: Following,
  tenant: TenantId,
  query: RunQuery,
): AsyncGenerator<readonly StreamEvent[]> {
  return followChanges(following, tenant, async (runs) => {
    const changed = await following.engine.review.look(tenant, runs, query);
    return changed.map(({ item, fits }) => ({
      event: fits ? "run" : "unfit",
      data: stringifyJson(runItemJson(item)),
    }));
  });
}

/** Runs remembered as those of which there is nothing new to tell. */
const rememberedMax = 10_000;

/** As `followRuns`: with `wait` for each run whose waits changed. One that waits for nothing any more is told once. */
export function followWaits(
  following: Following,
  tenant: TenantId,
  query: WaitQuery,
): AsyncGenerator<readonly StreamEvent[]> {
  const empty = new Set<RunId>();
  return followChanges(following, tenant, async (runs) => {
    const changed = await following.engine.review.waitsOf(tenant, runs, query);
    const told = changed.filter(({ id, waits }) => waits.length > 0 || !empty.has(id));
    for (const { id, waits } of told) {
      if (empty.size >= rememberedMax) empty.clear();
      if (waits.length > 0) empty.delete(id);
      else empty.add(id);
    }
    return told.map((run) => ({ event: "wait", data: stringifyJson(runWaitsJson(run)) }));
  });
}

/**
 * As `followRuns`: with `failure` for each run that has ended badly, by whose group the list has changed; and, without a
 * fingerprint, once for one that is being undone, and for one that was cancelled: it may have left a group.
 */
export function followFailures(
  following: Following,
  tenant: TenantId,
  query: RunQuery,
): AsyncGenerator<readonly StreamEvent[]> {
  const undone = new Set<RunId>();
  return followChanges(following, tenant, async (runs) => {
    const changed = await following.engine.review.look(tenant, runs, query);
    return changed.flatMap(({ item: { id, fingerprint, status }, fits }) => {
      const mayHaveLeft = status === "cancelled" || (status === "compensating" && !undone.has(id));
      const isTold = fingerprint !== null || mayHaveLeft;
      if (undone.size >= rememberedMax) undone.clear();
      if (status === "compensating") undone.add(id);
      else undone.delete(id);
      return fits && isTold ? [{ event: "failure", data: stringifyJson({ run: id, fingerprint }) }] : [];
    });
  });
}

/** `bulk` with how far it is, first as it is and then as it goes on; `ended` with the last. */
export async function* followBulk(
  { engine, clock, mayGoOn }: Following,
  tenant: TenantId,
  id: BulkId,
): AsyncGenerator<readonly StreamEvent[]> {
  let judgedAt = clock.now();
  for (let last = -1; engine.unready() === null; ) {
    const row = await engine.bulks.next(tenant, id, last, clock.now() + beatMs);
    if (clock.now() >= judgedAt + beatMs) {
      if (!(await mayGoOn())) return;
      judgedAt = clock.now();
    }
    const isOver = row.state !== "running";
    const told = { event: "bulk", data: stringifyJson(bulkJson(row)) };
    if (isOver) yield [told, { event: "ended", data: "{}" }];
    else yield row.done > last ? [told] : [];
    if (isOver) return;
    last = row.done;
  }
}

async function* followChanges(
  { engine, clock, mayGoOn }: Following,
  tenant: TenantId,
  tell: (runs: readonly RunId[]) => Promise<readonly StreamEvent[]>,
): AsyncGenerator<readonly StreamEvent[]> {
  const follower = engine.review.follow(tenant);
  const reset: StreamEvent = { event: "reset", data: "{}" };
  try {
    yield [reset];
    let judgedAt = clock.now();
    while (engine.unready() === null) {
      const { runs, overflown } = await follower.next(clock.now() + beatMs);
      if (clock.now() >= judgedAt + beatMs) {
        if (!(await mayGoOn())) return;
        judgedAt = clock.now();
      }
      const events = await tell(runs);
      yield overflown ? [reset, ...events] : events;
    }
  } finally {
    follower.close();
  }
}
