// Events: each starts its runs once and ends the waits that it fits, and none that was acknowledged is lost.

import type { Broken, DurableEvent, EventSent, History } from "../history.ts";
import type { WorkflowModel } from "../workload/model.ts";
import { errsFrom, subjectOf } from "../workload/outside-model.ts";
import { checkFailed } from "./check-cron.ts";
import { isOfEvent } from "./check-signals.ts";
import type { Say } from "./judge-runs.ts";
import { isOpen } from "./open-tenants.ts";
import { isQuiet } from "./quiet.ts";
import { type RunLog, runLogs, stepOf } from "./run-log.ts";

/** A wait that is open, or a trigger, meets its event within this, where nothing strikes. */
const metMs = 3_000;
/** What may stand before it in the line takes so long each to be judged by a script, at most. */
const judgedMs = 10;

/** By `nameOf`. */
export type EventsSent = ReadonlyMap<string, EventSent>;

export function checkEvents(history: History): readonly Broken[] {
  const sent = new Map(history.events.map((event) => [nameOf(event.tenant, event), event]));
  const broken: Broken[] = [...checkRepeats(history), ...checkBatches(history)];
  const started = new Map<string, number>();
  for (const log of runLogs(history)) {
    const say: Say = (promise, what) => broken.push({ promise, run: log.run.run, what });
    checkStarted(log, sent, started, say);
    checkReceived(log, sent, say);
    for (const event of log.events) {
      if (event.type === "wait.started" && "event" in event.data) checkMet(history, log, event, say);
    }
  }
  for (const model of history.models.entries()) broken.push(...checkTrigger(history, model, started));
  return broken;
}

/** An event by who sent it. */
export function nameOf(
  tenant: string,
  { source, id }: { readonly source?: unknown; readonly id?: unknown },
): string {
  return `${tenant}/${source}/${id}`;
}

/** Of all answers to the sendings of one event, exactly one may say that it is new, unless an earlier one fell silent. */
function checkRepeats(history: History): readonly Broken[] {
  return history.events.flatMap(({ id, acknowledged }): readonly Broken[] => {
    const fresh = acknowledged.filter(({ repeated }) => !repeated).length;
    if (fresh <= 1) return [];
    return [
      { promise: "an event is taken once by source and id", run: null, what: `${id}: ${fresh} times new` },
    ];
  });
}

/** Events that are sent together stand together: one answer calls all of them new, or none. */
function checkBatches(history: History): readonly Broken[] {
  const answers = new Map<number, boolean>();
  return history.events.flatMap(({ id, acknowledged }) =>
    acknowledged.flatMap(({ order, repeated }): readonly Broken[] => {
      const first = answers.get(order) ?? repeated;
      answers.set(order, first);
      if (first === repeated) return [];
      return [{ promise: "a batch of events is taken as a whole", run: null, what: id }];
    }),
  );
}

/** A run of an event: of one that was sent, with its data, and the only one of its workflow. */
function checkStarted(log: RunLog, sent: EventsSent, started: Map<string, number>, say: Say): void {
  const trigger = log.events[0]?.data["trigger"] as { readonly type: string; readonly event?: EventSent };
  if (trigger.type !== "event" || "rerunOf" in (log.events[0]?.data ?? {})) return;
  const { model, run } = log;
  const event = trigger.event === undefined ? undefined : sent.get(nameOf(run.tenant, trigger.event));
  if (event === undefined || model.event === null || model.event.event !== event.type) {
    say("no event is made up", JSON.stringify(trigger.event ?? null));
    return;
  }
  if (JSON.stringify(log.input) !== JSON.stringify(event.data))
    say("an event's data is its run's input", event.id);
  if (cannotBeJudged(model, event)) checkFailed(log, "an event that cannot be judged", say);
  else if (!passes(model, event)) say("a trigger heeds its condition", event.id);
  const place = `${nameOf(run.tenant, event)} ${model.name}`;
  started.set(place, (started.get(place) ?? 0) + 1);
  if ((started.get(place) ?? 0) > 1) say("an event starts one run", event.id);
}

function cannotBeJudged({ event }: WorkflowModel, { data }: EventSent): boolean {
  return event?.errs === true && Number(data["n"]) >= errsFrom;
}

function passes({ event }: WorkflowModel, { data }: EventSent): boolean {
  return event !== null && (event.above === null || Number(data["n"]) > event.above);
}

/** What was acknowledged after the trigger was there has its run in the end. */
function checkTrigger(
  history: History,
  [key, model]: readonly [string, WorkflowModel],
  started: ReadonlyMap<string, number>,
): readonly Broken[] {
  const tenant = key.split("/")[0] ?? "";
  const put = history.answers.find(
    (one) =>
      one.type === "put" &&
      one.tenant === tenant &&
      one.workflow === model.name &&
      one.version === model.version,
  );
  // Those whose callers left have nobody who could open what came.
  if (history.left.includes(tenant)) return [];
  if (model.event === null || put?.type !== "put" || model.concurrency?.onLimit === "reject") return [];
  return history.events.flatMap((event): readonly Broken[] => {
    const due = event.tenant === tenant && event.type === model.event?.event && passes(model, event);
    // Of those that cannot be judged one a minute has a run, and tells why.
    if (cannotBeJudged(model, event)) return [];
    if (!due || event.acknowledged.length === 0 || event.beganOrder < put.heardOrder) return [];
    if (started.has(`${nameOf(tenant, event)} ${model.name}`)) return [];
    return [
      {
        promise: "an event that was acknowledged starts its run",
        run: null,
        what: `${event.id} ${model.name}`,
      },
    ];
  });
}

/** What a wait is given, or passes over, is an event that was sent, of its type and subject, once a wait. */
function checkReceived(log: RunLog, sent: EventsSent, say: Say): void {
  const given = new Set<string>();
  for (const received of log.events) {
    const isPassedOver = received.type === "wait.passed_over";
    if (!isPassedOver && (received.type !== "signal.received" || !isOfEvent(received))) continue;
    const body = (isPassedOver ? received.data : received.data["body"]) as Partial<EventSent>;
    const event = sent.get(nameOf(log.run.tenant, body));
    const wanted = stepOf(log, received)?.wait?.for;
    if (
      event === undefined ||
      event.beganOrder > received.order ||
      (!isPassedOver && JSON.stringify(body.data) !== JSON.stringify(event.data))
    ) {
      say("no event is made up", String(body.id));
      continue;
    }
    const fits = wanted?.type === "event" && fitsWait(event, wanted.event, subjectOf(wanted, log.input));
    if (!fits) say("a wait is given only events of its type and subject", event.id);
    const place = `${event.id}/${received.data["step"]}`;
    if (given.has(place)) say("an event is given to a wait once", event.id);
    if (event.id === startedBy(log)) say("an event ends no wait of the run that it started", event.id);
    given.add(place);
  }
}

/** The id of the event that the run came by. */
function startedBy({ events }: RunLog): string | undefined {
  return (events[0]?.data["trigger"] as { readonly event?: EventSent } | undefined)?.event?.id;
}

function fitsWait(event: EventSent, type: unknown, subject: unknown): boolean {
  return event.type === type && (subject === null || event.subject === subject);
}

/** Where nothing strikes, an event that came since the run began is given to an open wait, unless another ended it. */
function checkMet(history: History, log: RunLog, wait: DurableEvent, say: Say): void {
  const { type, subject } = wait.data["event"] as { readonly type: string; readonly subject: string | null };
  const step = wait.data["step"];
  const began = log.events.find((event) => event.type === "run.started");
  const ended = log.events.find(
    (event) =>
      event.seq > wait.seq &&
      (event.type === "run.ending" ||
        event.type === "run.completed" ||
        (event.data["step"] === step && /^(wait\.(ended|timed_out)|step\.cancelled)$/.test(event.type))),
  );
  let ahead = 0;
  for (const event of history.events) {
    const [heard] = event.acknowledged;
    if (event.tenant !== log.run.tenant || heard === undefined || !fitsWait(event, type, subject)) continue;
    if (began === undefined || event.beganOrder < began.order) continue;
    const within = metMs + ahead++ * judgedMs;
    const from = Math.max(heard.at, wait.durableAt);
    const until = ended?.durableAt ?? Number.POSITIVE_INFINITY;
    if (until < from + within || !isQuiet(history, from, from + within)) continue;
    if (log.attended && !isOpen(history, log.run.tenant, from, from + within)) continue;
    const given = log.events.some((one) => {
      if (one.data["step"] !== step) return false;
      const id = one.type === "wait.passed_over" ? one.data["id"] : idOf(one);
      return (one.type === "signal.received" || one.type === "wait.passed_over") && id === event.id;
    });
    if (!given && !isSpent(log, event, from + within))
      say("a wait is given the events that it waits for", `${event.id} to step ${step}`);
  }
}

/** An event ends one wait of a run: one that another wait has taken is not there any more. */
function isSpent({ events }: RunLog, { id }: EventSent, by: number): boolean {
  return events.some(({ type, data, durableAt }) => {
    if (type !== "wait.ended" || durableAt > by) return false;
    return (data["signals"] as readonly number[]).some((seq) => idOf(events[seq - 1]) === id);
  });
}

function idOf(received: DurableEvent | undefined): unknown {
  return (received?.data["body"] as { readonly id?: unknown } | null)?.id;
}
