// What a person is told of a run holds by its log: the step that failed is the one that is named, and what is to be done can be.

import { parseWorkflow } from "../language/parse-workflow.ts";
import type { Workflow } from "../language/workflow.ts";
import { type Explanation, explain } from "../run/explain.ts";
import type { RunState } from "../run/state.ts";
import { planOf } from "./checkers/rerun-plan.ts";
import { type RunLog, rootOf, runLogs, terminalTypes } from "./checkers/run-log.ts";
import type { Broken, DurableEvent, History } from "./history.ts";
import { documentOf } from "./workload/document-of.ts";
import type { WorkflowModel } from "./workload/model.ts";

const promise = "a run is explained as it is";
/** Every so many events of a run that goes on. */
const lookEvery = 5;

export class Explained {
  readonly #logs: ReadonlyMap<string, RunLog>;
  readonly #workflows = new Map<WorkflowModel, Workflow | null>();

  constructor(history: History) {
    this.#logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  }

  /** By the state after each event. */
  check(run: string, states: readonly RunState[]): readonly Broken[] {
    const log = this.#logs.get(run);
    const workflow = log === undefined ? null : this.#workflowOf(log.model);
    if (log === undefined || workflow === null) return [];
    return states.flatMap((state, index): readonly Broken[] => {
      if (index % lookEvery !== 0 && index < states.length - 1) return [];
      const what = wrongOf(workflow, state, log, log.events.slice(0, index + 1));
      return what === null ? [] : [{ promise, run, what: `after ${index + 1}: ${what}` }];
    });
  }

  #workflowOf(model: WorkflowModel): Workflow | null {
    const known = this.#workflows.get(model);
    if (known !== undefined) return known;
    const parsed = parseWorkflow(documentOf(model, null), "json");
    const workflow = parsed.ok ? parsed.workflow : null;
    this.#workflows.set(model, workflow);
    return workflow;
  }
}

function wrongOf(
  workflow: Workflow,
  state: RunState,
  log: RunLog,
  events: readonly DurableEvent[],
): string | null {
  try {
    const told = explain(workflow, state);
    return failureWrong(told, log, events) ?? nextWrong(told, log, events);
  } catch (error) {
    return `it throws ${String(error)}`;
  }
}

function failureWrong(
  { failure }: Explanation,
  { model }: RunLog,
  events: readonly DurableEvent[],
): string | null {
  const ending = events.findIndex(({ type }) => type === "run.ending");
  const cause = events[ending]?.data["cause"] as { readonly type: string } | undefined;
  if (cause === undefined || cause.type !== "step") {
    const isOver = events.some(({ type }) => type === "run.completed") || cause?.type === "cancel";
    return isOver && failure !== null ? `${failure.step} failed, and nothing did` : null;
  }
  const failed = events.slice(0, ending).findLast(({ type }) => type === "step.failed");
  const id = model.steps[Number(failed?.data["step"])]?.id;
  return failure?.step === id ? null : `${failure?.step} failed, and it was ${id}`;
}

function nextWrong({ next }: Explanation, log: RunLog, events: readonly DurableEvent[]): string | null {
  const what = `${next.action}: ${next.text}`;
  const end = events.find(({ type }) => terminalTypes.has(type));
  if (end === undefined) return liveWrong(next.action, events) ? what : null;
  const said = events.findLast(({ data }) => "compensation" in data)?.data["compensation"];
  if (end.type === "run.completed") return next.action === "none" ? null : what;
  if (said === "partial" && !isUndoneAgain(events)) return next.action === "compensate" ? null : what;
  if (next.action !== "rerun" && next.action !== "fix") return isUndoneAgain(events) ? null : what;
  if (!next.text.includes(rootOf(log.run))) return what;
  const from = /--from '([^']+)'/.exec(next.text)?.[1];
  if (from === undefined) return null;
  const plan = planOf({ ...log, events }, log.model, [from], new Set());
  if (typeof plan === "string") return `${what}, which is ${plan}`;
  // An item that is named runs again without the others.
  const step = from.replace(/\[\d+\]$/, "");
  return step === from || plan.items.has(step) ? null : `${what}, and all of ${step} runs again`;
}

/** What has ended is being undone. */
function isUndoneAgain(events: readonly DurableEvent[]): boolean {
  const last = events.findLast(({ type }) => /^compensation\.(?:requested|ended)$/.test(type));
  return last?.type === "compensation.requested";
}

function liveWrong(action: Explanation["next"]["action"], events: readonly DurableEvent[]): boolean {
  const last = events.findLast(({ type }) => type === "run.paused" || type === "run.resumed");
  const isPaused = last?.type === "run.paused";
  if (action === "resume") return !isPaused;
  return action !== "wait" && action !== "signal";
}
