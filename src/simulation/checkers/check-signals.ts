// Signals and callbacks as those who sent them know them: none is lost, made up, or counted twice.

import type { Broken, DurableEvent, History, SignalSent } from "../history.ts";
import { fitsAnswer } from "../workload/outside-model.ts";
import { isDamage } from "./check-refusals.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { type RunLog, terminalTypes } from "./run-log.ts";
import { itemOf } from "./task-of.ts";
import { isEnd } from "./wait-log.ts";

export function checkSignals(history: History): readonly Broken[] {
  const sent = new Map<string, SignalSent[]>();
  for (const one of history.signals) sent.set(one.run, [...(sent.get(one.run) ?? []), one]);
  return judgeRuns(history, (log, say) => {
    const goneOrder = history.forgotten.runs.get(log.run.run)?.order ?? Number.POSITIVE_INFINITY;
    const isDamaged = history.damaged.has(log.run.run);
    const own = sent.get(log.run.run) ?? [];
    const received = receivedOf(log, own, say);
    for (const one of own)
      checkSent(log, one, { received: received.get(one.id) ?? null, goneOrder, isDamaged }, say);
  });
}

/** What the log took of the signals that were sent, by their ids. */
function receivedOf(log: RunLog, sent: readonly SignalSent[], say: Say): ReadonlyMap<string, DurableEvent> {
  const received = new Map<string, DurableEvent>();
  for (const event of log.events) {
    if (event.type !== "signal.received" || isOfEvent(event)) continue;
    const id = idOf(event.data["body"]);
    const one = sent.find((candidate) => candidate.id === id);
    const step = log.model.steps[Number(event.data["step"] ?? -1)]?.id ?? null;
    if (
      one === undefined ||
      one.name !== event.data["name"] ||
      one.step !== step ||
      one.item !== itemOf(event) ||
      JSON.stringify(event.data["body"]) !== JSON.stringify(one.body)
    ) {
      say("no signal is made up", `${event.data["name"]} ${id}`);
      continue;
    }
    if (received.has(id)) say("a signal counts once", `${one.name} ${id}`);
    if (event.order < one.beganOrder) say("no signal is made up", `${id} was taken before it was sent`);
    received.set(id, event);
  }
  return received;
}

interface Taken {
  readonly received: DurableEvent | null;
  /** When the run was forgotten. */
  readonly goneOrder: number;
  readonly isDamaged: boolean;
}

function checkSent(log: RunLog, sent: SignalSent, { received, goneOrder, isDamaged }: Taken, say: Say): void {
  for (const { code, order } of sent.outcomes) {
    if (code === null) {
      if (received === null) say("a signal that was acknowledged is never lost", `${sent.name} ${sent.id}`);
      else if (received.order > order) {
        say("nothing is told before it is durable", `${sent.name} ${sent.id} was acknowledged first`);
      }
      continue;
    }
    if (isGone(code) && goneOrder < order) continue;
    if (isDamaged && isDamage(code)) continue;
    const wrong = judgeRefusal(log, sent, code, order);
    if (wrong !== null)
      say("a signal is refused only for its reason", `${sent.name} ${sent.id}: ${code}, ${wrong}`);
    if (received !== null && (code === "signal_unknown" || code === "schema_mismatch")) {
      say("what was refused is not taken", `${sent.name} ${sent.id}: ${code}`);
    }
  }
  if (received !== null && !mayBeTaken(log, sent)) {
    say("a signal that fits no wait is refused", `${sent.name} ${sent.id}`);
  }
}

function isGone(code: string | null): boolean {
  return code === "run_not_found" || code === "callback_unknown";
}

/** Null when the refusal is right. */
function judgeRefusal(log: RunLog, sent: SignalSent, code: string, order: number): string | null {
  const before = log.events.filter((event) => event.order < order);
  const ended = before.some(({ type }) => terminalTypes.has(type));
  switch (code) {
    case "silence":
      return null;
    case "run_ended":
      return ended ? null : "and the run had not ended";
    case "wait_over": {
      const step = log.model.steps.findIndex(({ id }) => id === sent.step);
      const over = before.some((event) => event.data["step"] === step && isOver(event, sent));
      // An address is used once, by who came first.
      const used = before.some(
        (event) =>
          event.type === "signal.received" && event.data["step"] === step && itemOf(event) === sent.item,
      );
      if (used) return null;
      return ended || over ? null : "and its wait had not ended";
    }
    case "signal_unknown":
      return rulesFor(log, sent).length === 0 ? null : "and a step waits for it";
    case "schema_mismatch":
      return mayBeTaken(log, sent) ? "and it fits" : null;
    case "too_many_signals":
      // How many may stand is judged with the other bounds of a run.
      return null;
    default:
      return "which is no reason";
  }
}

/** Of the step, or of the item. */
function isOver(event: DurableEvent, { item }: SignalSent): boolean {
  if (isEnd(event)) return true;
  return itemOf(event) === item && /^item\.(?:succeeded|failed|cancelled)$/.test(event.type);
}

function rulesFor(log: RunLog, { name, step }: SignalSent) {
  return log.model.steps.flatMap(({ id, wait }) => {
    if (wait === null) return [];
    const fits =
      "names" in wait.for ? wait.for.names.includes(name) : wait.for.type === "callback" && id === step;
    return fits ? [wait] : [];
  });
}

function mayBeTaken(log: RunLog, sent: SignalSent): boolean {
  return rulesFor(log, sent).some(({ schema }) => !schema || fitsAnswer(sent.body));
}

/** The signal of an event of the world: its body is the whole event. */
export function isOfEvent(event: DurableEvent): boolean {
  const body = event.data["body"] as { readonly specversion?: string } | null;
  return body?.specversion !== undefined;
}

function idOf(body: unknown): string {
  const { id, was } = (body ?? {}) as { readonly id?: unknown; readonly was?: unknown };
  return String(typeof id === "string" ? id : was);
}
