// What callers were told holds: what was acknowledged is there, ends are the durable ends, a key starts one run.

import type { Answer, Broken, DurableEvent, DurableRun, History } from "../history.ts";
import type { Say } from "./judge-runs.ts";
import { terminalTypes } from "./run-log.ts";

export function checkAnswers(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const runs = new Map(history.runs.map((run) => [run.run, run]));
  for (const answer of history.answers) {
    if (answer.type === "put" || answer.type === "found") continue;
    if (answer.type === "taken" || answer.type === "refused") {
      const wrong = judgeRefusal(answer);
      if (wrong !== null) broken.push({ promise: "a contradiction is refused", run: null, what: wrong });
      continue;
    }
    const say = (promise: string, what: string) => broken.push({ promise, run: answer.run, what });
    const run = runs.get(answer.run);
    if (run === undefined)
      say("what was acknowledged is never lost", `${answer.type}, and the run is not there`);
    else checkAnswer(answer, run, say);
  }
  return [...broken, ...checkStarts(history)];
}

type OfRun = Extract<Answer, { readonly run: string }>;

/** The code with which each contradiction is refused; what may be asked again never gets so far. */
const refusals: Readonly<Record<string, string>> = {
  start_conflict: "idempotency_conflict",
  put_conflict: "version_conflict",
};

function judgeRefusal(answer: Extract<Answer, { readonly what: string }>): string | null {
  if (answer.type === "taken") return `${answer.what} was taken`;
  const code = refusals[answer.what];
  return code === undefined || code === answer.code ? null : `${answer.what} was refused with ${answer.code}`;
}

function checkAnswer(answer: OfRun, run: DurableRun, say: Say): void {
  switch (answer.type) {
    case "started":
      if (orderOf(run) !== answer.order) {
        say("a run belongs to its start", `${orderOf(run)} for ${answer.order}`);
      }
      checkDurable(answer, run.events[0], say);
      return;
    case "cancelled":
      checkDurable(answer, cancelOf(run, answer.compensate), say);
      return;
    case "paused":
      checkDurable(
        answer,
        run.events.find(({ type }) => type === "run.paused"),
        say,
      );
      return;
    case "undone":
      checkDurable(answer, againOf(run), say);
      return;
    case "view":
      checkDurable(answer, run.events[answer.view.seq - 1], say);
      return;
    case "answer":
      // What was told is judged with what the run responds.
      return;
    case "end":
      checkEnd(answer, run, say);
  }
}

/** A cancel without compensation stands as such, whether it or an earlier one wrote it. */
function cancelOf(run: DurableRun, compensate: boolean): DurableEvent | undefined {
  return run.events.find(
    ({ type, data }) => type === "run.cancel_requested" && (compensate || data["compensate"] === false),
  );
}

function againOf(run: DurableRun): DurableEvent | undefined {
  return run.events.find(({ type, data }) => type === "compensation.requested" && data["again"] === true);
}

function checkDurable(answer: OfRun, event: DurableEvent | undefined, say: Say): void {
  if (event === undefined) say("what was acknowledged is never lost", `${answer.type} is not in the log`);
  else if (event.order > answer.heardOrder) {
    say("nothing is told before it is durable", `${answer.type} was told before ${event.type} was durable`);
  }
}

function checkEnd(answer: Extract<Answer, { readonly type: "end" }>, run: DurableRun, say: Say): void {
  const last = run.events.find(({ type }) => terminalTypes.has(type));
  const output = JSON.stringify(last?.data["output"] ?? null);
  const told = { status: `run.${answer.status}`, output: JSON.stringify(answer.output ?? null) };
  if (last?.type !== told.status || (answer.status === "completed" && output !== told.output)) {
    say("a caller is told the durable end", `${told.status}, and the log says ${last?.type}`);
  }
  // It may have been undone again meanwhile.
  const said = run.events
    .filter(({ order }) => order <= answer.heardOrder)
    .filter(({ type }) => terminalTypes.has(type) || type === "compensation.ended")
    .map(({ data }) => data["compensation"] ?? null);
  if (!said.includes(answer.compensation)) {
    say("a caller is told the durable end", `compensation ${answer.compensation}`);
  }
  checkDurable(answer, last, say);
}

/** Callers ask again only with a key: so no order may have two runs. */
function checkStarts(history: History): readonly Broken[] {
  const first = new Map<string, string>();
  const asked = history.runs.filter(({ events }) => {
    const created = events[0]?.data ?? {};
    return !("parent" in created || "rerunOf" in created);
  });
  return asked.flatMap((run) => {
    const order = `${run.tenant}/${orderOf(run)}`;
    const other = first.get(order);
    first.set(order, run.run);
    if (other === undefined) return [];
    // With its run the key is forgotten.
    const gone = history.forgotten.runs.get(other);
    if (gone !== undefined && gone.order < (run.events[0]?.order ?? 0)) return [];
    return [
      { promise: "a start with a key makes one run", run: run.run, what: `${other} is of the same start` },
    ];
  });
}

function orderOf(run: DurableRun): string {
  const trigger = run.events[0]?.data["trigger"] as
    | { readonly body?: { readonly order?: string } | null; readonly scheduledAt?: string }
    | undefined;
  // A schedule's body, where it can be made, gives the due time as the order.
  return trigger?.body?.order ?? trigger?.scheduledAt ?? "";
}
