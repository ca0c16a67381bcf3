// Answers that workflows give of their own: once, when their document says, over the outcomes so far, and told as they are.

import type { Answer, Broken, DurableEvent, History } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import type { RespondModel } from "../workload/outside-model.ts";
import { isPossible, type Possible, type Reader, scalarOf } from "./expected-value.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { isQuiet } from "./quiet.ts";
import { memberOf, type RunLog, terminalTypes } from "./run-log.ts";
import { RunSeen } from "./run-seen.ts";

/** What is there is told within this, where nothing strikes; another node's runs are looked at every now and then. */
const toldMs = 2_500;
/** A commit that takes longer was struck. */
const shortMs = 2_000;
/** `sync_timeout` of a document that says nothing. */
const syncTimeoutMs = 30_000;

type Told = Extract<Answer, { readonly type: "answer" }>;

export function checkResponds(history: History): readonly Broken[] {
  const told = new Map<string, Told[]>();
  for (const answer of history.answers) {
    if (answer.type !== "answer") continue;
    told.set(answer.run, [...(told.get(answer.run) ?? []), answer]);
  }
  return judgeRuns(history, (log, say) => {
    new RespondCheck(log, say).check();
    for (const answer of told.get(log.run.run) ?? []) checkTold(history, log, answer, say);
    checkSame(told.get(log.run.run) ?? [], say);
  });
}

class RespondCheck {
  readonly #log: RunLog;
  readonly #say: Say;
  readonly #run: RunSeen;
  /** Null where nothing is to be answered. */
  readonly #rule: RespondModel | null;
  #given = false;
  /** What a rerun carried over is not answered while it waits for its place. */
  #hasBegun = false;

  constructor(log: RunLog, say: Say) {
    this.#log = log;
    this.#say = say;
    this.#run = new RunSeen(log);
    const trigger = log.events[0]?.data["trigger"] as { readonly type: string } | undefined;
    this.#rule = trigger?.type === "http" ? log.model.respond : null;
  }

  check(): void {
    const { events } = this.#log;
    events.forEach((event, index) => {
      if (event.type === "run.started" || event.type === "run.ending") this.#hasBegun = true;
      if (event.type === "run.responded") this.#judge(event);
      this.#run.take(event);
      if (terminalTypes.has(event.type)) this.#checkGiven(event);
      const next = events[index + 1];
      if (next === undefined || next.order !== event.order) this.#checkNotLate(event);
    });
  }

  #judge(event: DurableEvent): void {
    const rule = this.#rule;
    if (this.#given) this.#say("an answer is given once", "it was given again");
    this.#given = true;
    if (rule === null) this.#say("only what the document says is answered", JSON.stringify(event.data));
    else if (!this.#isDue(rule)) this.#say("an answer is given when its document says", "it came too early");
    else this.#checkContent(rule, event);
  }

  /** Its step has ended, well or not, or the run is about to complete. */
  #isDue({ after }: RespondModel): boolean {
    if (after !== null && answers(this.#run.step(after).status)) return true;
    if (this.#run.ending !== null) return false;
    return this.#run.completing || [...this.#run.steps].every(([, { status }]) => isEnd(status));
  }

  #checkContent(rule: RespondModel, { data }: DurableEvent): void {
    const step = this.#log.model.steps.find(({ id }) => id === rule.step) as StepModel;
    const promise = "an answer is evaluated over the outcomes so far";
    const possible = this.#possible(rule, step).map(({ id, body }) => {
      const failed = rule.form === "text" && id === null;
      const ref = id === null ? [] : [["x-ref", typeof id === "string" ? id : JSON.stringify(id)]];
      const headers = [["x-order", String(this.#log.input["order"])], ...(rule.header ? ref : [])];
      return failed
        ? { status: 500, headers: [], body: null, failed }
        : { status: rule.status, headers, body, failed };
    });
    const { status, headers, body, problem } = data;
    const found = { status, headers, body, failed: problem !== null };
    if (!isPossible(possible, found))
      this.#say(promise, `${JSON.stringify(found)}, not ${JSON.stringify(possible[0])}`);
  }

  /** The id in headers and text, with the body; where the sandbox computes, also what it was when it was asked. */
  #possible(
    rule: RespondModel,
    step: StepModel,
  ): readonly { readonly id: unknown; readonly body: unknown }[] {
    const reader: Reader = { log: this.#log, run: this.#run, step, item: null };
    const id = scalarOf(reader, step.id);
    if (rule.form === "text") return [{ id, body: `got ${String(id)}` }];
    const { order } = this.#log.input;
    const { status, output, endedOrder } = this.#run.step(step.id);
    const whole = memberOf(output, "id") ?? null;
    const refs: Possible =
      rule.lang === "path" ? [id] : [whole, ...(endedOrder > this.#dueOrder(rule) ? [null] : [])];
    return refs.map((ref) => ({ id, body: { order, status, ref } }));
  }

  /** Since when the sandbox may have been asked. */
  #dueOrder({ after }: RespondModel): number {
    if (after === null) return this.#run.completing ? 0 : Number.POSITIVE_INFINITY;
    return this.#run.step(after).endedOrder || (this.#run.ending?.order ?? 0);
  }

  /** Whatever became of the run, who waits for a step that has ended is answered, and not by one that was given up. */
  #checkGiven(event: DurableEvent): void {
    const rule = this.#rule;
    if (rule === null || this.#given) return;
    const ended = rule.after !== null && answers(this.#run.step(rule.after).status);
    if (ended || event.type === "run.completed")
      this.#say("an answer is given when its document says", `${event.type} came without it`);
  }

  #checkNotLate(event: DurableEvent): void {
    const rule = this.#rule;
    if (rule === null || this.#given || rule.after === null || rule.lang !== "path") return;
    if (this.#hasBegun && answers(this.#run.step(rule.after).status))
      this.#say("an answer is given as soon as its step has ended", `not with ${event.type}`);
  }
}

function isEnd(status: string): boolean {
  return status !== "pending" && status !== "running";
}

/** One that was given up, because its run ends badly, is told as the end of the run. */
function answers(status: string): boolean {
  return isEnd(status) && status !== "cancelled";
}

/** What a caller is told is what the log says, and no later than it may be. */
function checkTold(history: History, log: RunLog, told: Told, say: Say): void {
  const responded = log.events.find(({ type }) => type === "run.responded");
  const end = log.events.find(({ type }) => terminalTypes.has(type));
  checkTimeout(log, told, say);
  checkPrompt(history, told, responded ?? end, say);
  if (told.responded !== null) {
    const { status, headers, body, problem } = responded?.data ?? {};
    if (JSON.stringify(told.responded) !== JSON.stringify({ status, headers, body, problem }))
      say("a caller is told what its run responded", JSON.stringify(told.responded));
    if ((responded?.order ?? 0) > told.heardOrder)
      say("nothing is told before it is durable", "the answer was told first");
    return;
  }
  if (terminalTypes.has(`run.${told.status}`)) {
    if (responded !== undefined) say("a caller is told what its run responded", `it was told ${told.status}`);
    if (end?.type !== `run.${told.status}`) say("a caller is told the durable end", told.status);
    if (end !== undefined && end.order > told.heardOrder)
      say("nothing is told before it is durable", `${told.status} was told first`);
    return;
  }
  checkOpen(history, told, say);
}

function checkTimeout({ model }: RunLog, { syncTimeoutMs: found }: Told, say: Say): void {
  const wanted = model.syncTimeoutMs ?? syncTimeoutMs;
  if (found !== null && found !== wanted)
    say("`sync_timeout` is what the document says", `${found}, not ${wanted}`);
}

/** Who is told that the run goes on has waited as long as it would. */
function checkOpen(history: History, { beganAt, heardAt, waitMs }: Told, say: Say): void {
  if (isQuiet(history, beganAt, heardAt) && heardAt - beganAt < waitMs)
    say("a caller waits as long as it would", `${heardAt - beganAt} ms of ${waitMs}`);
}

/** The answer stands on the disk, and the caller is at a node that lives: nothing before it matters. */
function checkPrompt(history: History, told: Told, answer: DurableEvent | undefined, say: Say): void {
  const { beganAt, heardAt } = told;
  const since = Math.max(answer?.durableAt ?? Number.POSITIVE_INFINITY, beganAt);
  const struck = history.strikes.some((at) => at > since - shortMs && at < heardAt);
  if (!struck && since + toldMs < heardAt)
    say("an answer that is there is told", `${heardAt - since} ms after it`);
}

/** Who asks again is told the same. */
function checkSame(told: readonly Told[], say: Say): void {
  const final = told.filter(
    ({ responded, status }) => responded !== null || terminalTypes.has(`run.${status}`),
  );
  const answers = final.map(({ responded, status, output }) => JSON.stringify(responded ?? [status, output]));
  if (new Set(answers).size > 1) say("the same start is answered the same", answers.join(" and "));
}
