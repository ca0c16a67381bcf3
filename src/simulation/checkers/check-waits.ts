// Waits: what ends them and what does not, in which order signals are taken, and when a wait gives up.

import type { Broken, DurableEvent, History } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { fitsAnswer, fitsWhen, isSandboxed, subjectOf, type WaitModel } from "../workload/outside-model.ts";
import { type EventsSent, nameOf } from "./check-events.ts";
import { isOfEvent } from "./check-signals.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { type LateMax, lateMaxOf } from "./late-max.ts";
import { failureOf, memberOf, type RunLog, stepOf } from "./run-log.ts";
import { RunSeen } from "./run-seen.ts";
import { isAcceptance, itemOf, taskName } from "./task-of.ts";

/** Events that the sandbox has not judged yet: so many stand for one wait. */
const unjudgedMax = 128;

const endTypes = /^(?:step|item)\.(?:succeeded|failed|cancelled|rejected|skipped)$/;

interface Pending {
  readonly seq: number;
  readonly name: string;
  readonly body: unknown;
  readonly at: number;
  /** Name of the step or item that it is for, or null. */
  readonly task: string | null;
}

interface OpenWait {
  readonly step: StepModel;
  /** Of the step or item. */
  readonly name: string;
  readonly wait: WaitModel;
  readonly until: number;
  /** What it must come to: set by what ended it. */
  outcome: "succeeded" | "failed" | "rejected" | null;
}

export function checkWaits(history: History): readonly Broken[] {
  const sent = new Map(history.events.map((event) => [nameOf(event.tenant, event), event]));
  return judgeRuns(history, (log, say) => {
    if (log.model.steps.some(({ wait }) => wait !== null))
      new WaitCheck(log, say, sent, lateMaxOf(history, log)).check();
  });
}

class WaitCheck {
  readonly #log: RunLog;
  readonly #say: Say;
  readonly #sent: EventsSent;
  readonly #lateMax: LateMax;
  /** Signals that nobody took, oldest first. */
  #pending: readonly Pending[] = [];
  /** Names of the events that ended a wait. */
  readonly #spent = new Set<string>();
  /** By name of the step or item, the oldest first. */
  readonly #open = new Map<string, OpenWait>();
  readonly #run: RunSeen;

  constructor(log: RunLog, say: Say, sent: EventsSent, lateMax: LateMax) {
    this.#lateMax = lateMax;
    this.#log = log;
    this.#say = say;
    this.#sent = sent;
    this.#run = new RunSeen(log);
  }

  check(): void {
    const { events } = this.#log;
    events.forEach((event, index) => {
      this.#take(event);
      const next = events[index + 1];
      if (next === undefined || next.order === event.order) return;
      if (this.#run.ending !== null) {
        for (const { name } of this.#open.values()) this.#say("waits are dropped when a run ends", name);
      } else {
        for (const open of this.#open.values()) this.#checkStillWaits(open);
      }
    });
  }

  #take(event: DurableEvent): void {
    this.#run.take(event);
    if (event.type === "signal.received") this.#receive(event);
    const step = stepOf(this.#log, event);
    if (step === null) return;
    const name = taskName(step, itemOf(event), false);
    const open = this.#open.get(name);
    switch (event.type) {
      case "wait.started":
        this.#begin(step, name, event);
        return;
      case "wait.ended":
        if (open === undefined) this.#say("only an open wait ends", name);
        else this.#endWait(open, event);
        return;
      case "wait.ignored":
        if (open !== undefined) this.#ignore(open, Number(event.data["signal"]));
        return;
      case "wait.passed_over":
        this.#passOver(name, open, event);
        return;
      case "wait.timed_out":
        if (open === undefined) this.#say("only an open wait times out", name);
        else this.#timeOut(open, event);
        return;
      default:
        if (endTypes.test(event.type)) this.#endTask(name, open, event);
    }
  }

  #receive(event: DurableEvent): void {
    const { name, body } = event.data;
    const step = stepOf(this.#log, event);
    const item = itemOf(event);
    const task = step === null ? null : taskName(step, item, false);
    if (step !== null && task !== null) {
      const promise = "what is sent to a wait is taken only until it ends";
      const seen = this.#run.step(step.id);
      const status = item === null ? seen.status : seen.items?.tasks.get(item)?.status;
      if (status !== "running") this.#say(promise, `${task}, which is ${status}`);
      if (isOfEvent(event)) this.#receiveEvent(task, this.#open.get(task), event);
    }
    const { seq, at } = event;
    this.#pending = [...this.#pending, { seq, name: String(name), body, at, task }];
  }

  #receiveEvent(task: string, open: OpenWait | undefined, event: DurableEvent): void {
    if (open === undefined) {
      this.#say("what is sent to a wait is taken only until it ends", `an event for ${task}`);
      return;
    }
    const cameAt = Math.min(event.at, Number(event.data["receivedAt"]));
    if (cameAt >= open.until) this.#say("an event that comes after the timeout is not taken", task);
    const standing = this.#pending.filter((signal) => signal.task === task).length;
    if (standing >= unjudgedMax) this.#say("a wait holds no more events than it judges", task);
  }

  #begin(step: StepModel, name: string, event: DurableEvent): void {
    const { wait } = step;
    if (wait === null) {
      this.#say("only what the document says waits", name);
      return;
    }
    const until = Number(event.data["until"]);
    if (until !== event.at + wait.timeoutMs)
      this.#say("a wait lasts as long as its timeout", `${name}: ${until - event.at}, not ${wait.timeoutMs}`);
    this.#checkAwaited(step, wait, event);
    if (this.#open.has(name)) this.#say("a wait begins once", name);
    if (isAcceptance(event) !== (wait.for.type === "callback"))
      this.#say("only a callback's wait follows a call", name);
    this.#open.set(name, { step, name, wait, until, outcome: null });
  }

  #checkAwaited(step: StepModel, { for: wanted }: WaitModel, event: DurableEvent): void {
    const found = JSON.stringify(event.data["event"] ?? null);
    const right =
      wanted.type === "event"
        ? JSON.stringify({ type: wanted.event, subject: subjectOf(wanted, this.#log.input) })
        : "null";
    if (found !== right) this.#say("a wait for an event says which", `${step.id}: ${found}, not ${right}`);
  }

  #endWait(open: OpenWait, event: DurableEvent): void {
    const taken = event.data["signals"] as readonly number[];
    const wanted = this.#match(open);
    if (JSON.stringify(taken) !== JSON.stringify(wanted)) {
      const what = `${open.name} took ${taken.join(", ")}, not ${wanted?.join(", ") ?? "nothing"}`;
      this.#say("a wait takes what came first, and nothing twice", what);
    }
    for (const other of this.#open.values()) {
      if (other === open) break;
      if (!isJudgedApart(other) && this.#match(other) !== null)
        this.#say("the oldest wait is served first", `${open.name} before ${other.name}`);
    }
    if (open.wait.for.type === "event") {
      for (const signal of this.#pending) if (taken.includes(signal.seq)) this.#spent.add(eventOf(signal));
    }
    this.#pending = this.#pending.filter(({ seq }) => !taken.includes(seq));
    open.outcome = "succeeded";
  }

  #ignore(open: OpenWait, seq: number): void {
    const signal = this.#pending.find((one) => one.seq === seq);
    this.#pending = this.#pending.filter((one) => one.seq !== seq);
    if (signal === undefined || signal.task !== open.name || this.#fits(open.wait, signal)) {
      this.#say("only an event that does not fit is ignored", open.name);
    }
  }

  /** Judged when it was offered: nothing of it stands. */
  #passOver(task: string, open: OpenWait | undefined, event: DurableEvent): void {
    this.#receiveEvent(task, open, event);
    const body = this.#sent.get(nameOf(this.#log.run.tenant, event.data));
    if (open === undefined || body === undefined) return;
    const { seq, at } = event;
    if (this.#fits(open.wait, { seq, name: "", body, at, task }))
      this.#say("only an event that does not fit is ignored", open.name);
  }

  #timeOut(open: OpenWait, event: DurableEvent): void {
    const { name, wait, until } = open;
    const late = event.at - until;
    if (late < 0) this.#say("timers are never early", `the wait of ${name} timed out ${-late} ms early`);
    if (late > this.#lateMax(late, event))
      this.#say("a timeout is not late beyond reason", `the wait of ${name}: ${late} ms`);
    const standing = this.#pending.filter((signal) => signal.task === name && signal.at < until);
    if (this.#match(open) !== null || (isJudgedApart(open) && standing.length > 0))
      this.#say("what was recorded before a timeout wins", name);
    // An item is no step that others could stand behind: it fails, and the step is rejected.
    const reject = open.step.strategy === null ? "rejected" : "failed";
    open.outcome = ({ fail: "failed", reject, continue: "succeeded" } as const)[wait.onTimeout];
  }

  #endTask(name: string, open: OpenWait | undefined, event: DurableEvent): void {
    const [kind, verb] = event.type.split(".");
    this.#open.delete(name);
    if (open === undefined) {
      // That of a list is judged with its items.
      const isList = this.#log.model.steps.some(({ id, strategy }) => id === name && strategy !== null);
      if (verb === "rejected" && !isList) this.#say("only a wait rejects", name);
      return;
    }
    const { outcome } = open;
    if (outcome === null) {
      const timedOut = verb === "failed" && failureOf(event).kind === "step_timeout";
      // When an item may be cancelled is judged with its strategy.
      const over = kind === "item" || this.#run.ending !== null || this.#run.completing;
      const dropped = over && verb === "cancelled";
      if (!timedOut && !dropped) this.#say("a wait ends only by what ends it", `${name}: ${verb}`);
    } else if (verb !== outcome) {
      this.#say("a wait's outcome is what its document says", `${name}: ${verb}, not ${outcome}`);
    } else if (verb === "failed" && failureOf(event).kind !== "wait_timeout") {
      this.#say("a wait's outcome is what its document says", `${name}: ${failureOf(event).kind}`);
    }
  }

  #checkStillWaits(open: OpenWait): void {
    const { name, wait } = open;
    if (isJudgedApart(open)) return;
    const judged = wait.for.type !== "event" || this.#pending.every((signal) => signal.task !== name);
    if (this.#match(open) !== null || !judged)
      this.#say("a wait ends as soon as what it waits for is there", name);
  }

  /** An event ends one wait of a run. */
  #fits(wait: WaitModel, signal: Pending): boolean {
    return fits(wait, signal) && !(wait.for.type === "event" && this.#spent.has(eventOf(signal)));
  }

  /** Seqs of the signals that the wait is to take now, or null. */
  #match({ wait, name: own }: OpenWait): readonly number[] | null {
    const wanted = wait.for;
    const fitting = this.#pending.filter((signal) => this.#fits(wait, signal));
    if (wanted.type === "callback" || wanted.type === "event") {
      const first = fitting.find(({ task }) => task === own);
      return first === undefined ? null : [first.seq];
    }
    const free = fitting.filter(({ task }) => task === null);
    if (wanted.type === "any" || wanted.names.length === 1) {
      const first = free.find(({ name }) => wanted.names.includes(name));
      return first === undefined ? null : [first.seq];
    }
    const all = wanted.names.map((name) => free.find((signal) => signal.name === name)?.seq);
    return all.includes(undefined) ? null : (all as readonly number[]);
  }
}

/** By the sandbox: what came may stand for a while. */
function isJudgedApart({ wait }: OpenWait): boolean {
  return wait.for.type === "event" && isSandboxed(wait.for.when);
}

function eventOf({ body }: Pending): string {
  return JSON.stringify([memberOf(body, "source"), memberOf(body, "id")]);
}

/** A callback's body was judged when it came. */
function fits({ for: wanted, schema }: WaitModel, { body }: Pending): boolean {
  if (wanted.type !== "event") return wanted.type === "callback" || !schema || fitsAnswer(body);
  const data = memberOf(body, "data");
  if (schema && !fitsAnswer(data)) return false;
  return wanted.when === null || fitsWhen(wanted.when, Number(memberOf(data, "n") ?? 0));
}
