// The events of a run, and the runs of a tenant, as streams.

import type { EngineApi, RunQuery } from "../engine/engine-api.ts";
import type { Clock } from "../ports/clock.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { eventJson, runItemJson } from "./api-json.ts";
import { beatMs, type StreamEvent } from "./event-stream.ts";

export interface Following {
  readonly engine: EngineApi;
  readonly clock: Clock;
  /** Whether the caller's credential still opens what he follows. */
  readonly mayGoOn: () => Promise<boolean>;
}

const pageEvents = 100;

/** Events after `after` as they become durable, in order, each once; `ended` with the last. */
export async function* followRun(
  { engine, clock, mayGoOn }: Following,
  tenant: TenantId,
  run: RunId,
  after: number,
): AsyncGenerator<readonly StreamEvent[]> {
  let judgedAt = clock.now();
  for (let last = after; engine.unready() === null; ) {
    const page = await engine.listEvents(tenant, run, last, pageEvents, clock.now() + beatMs);
    if (clock.now() >= judgedAt + beatMs) {
      if (!(await mayGoOn())) return;
      judgedAt = clock.now();
    }
    last = page.events.at(-1)?.seq ?? last;
    const events = page.events.map((event) => ({
      id: String(event.seq),
      event: "event",
      data: stringifyJson(eventJson(event)),
    }));
    yield page.ended ? [...events, { event: "ended", data: `{"seq":${last}}` }] : events;
    if (page.ended) return;
  }
}

/** `reset` at the beginning and whenever more has changed than is remembered: load the list; then runs that changed. */
export async function* followRuns(
  { engine, clock, mayGoOn }: Following,
  tenant: TenantId,
  query: RunQuery,
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
      const changed = await engine.review.fitting(tenant, runs, query);
      const events = changed.map((run) => ({ event: "run", data: stringifyJson(runItemJson(run)) }));
      yield overflown ? [reset, ...events] : events;
    }
  } finally {
    follower.close();
  }
}
