// The first decision of a run: its creation, its labels, its first steps.

import { newWork } from "../language/evaluate/work.ts";
import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { EvaluationProblem, Workflow } from "../language/workflow.ts";
import { limits } from "../value/limits.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { utf8Length } from "../value/utf8-length.ts";
import { advance } from "./advance.ts";
import { beginEnding } from "./begin-ending.ts";
import type { CarriedStep, CreateRun } from "./command.ts";
import { evaluate } from "./evaluate.ts";
import { type Cause, type RunCreated, semantics } from "./event.ts";
import { evolve } from "./evolve.ts";
import { type Failure, unsent } from "./failure.ts";
import type { Computed, Need } from "./need.ts";
import { scopeOf } from "./scope.ts";
import { beginTurn, emit, type Turn } from "./turn.ts";

export function createRun(
  workflow: Workflow,
  command: CreateRun,
  now: number,
  computed: Computed | undefined,
): Turn {
  const created = createdBy(workflow, command);
  const blank = beginTurn(workflow, evolve(null, { at: now, ...created }), now, computed);
  const labelled = evaluateLabels(blank);
  const first = { at: now, ...created, labels: labelled.labels };
  const turn: Turn = { ...beginTurn(workflow, evolve(null, first), now, computed), events: [first] };
  for (const carried of command.rerun?.carried ?? []) carryOver(turn, carried);
  const cause = causeAtBirth(command, labelled.failure);
  if (cause !== null) beginEnding(turn, "failed", cause);
  if (command.slot?.free === false && cause === null) emit(turn, { type: "run.queued" });
  else startRun(turn);
  return turn;
}

function causeAtBirth({ failure }: CreateRun, ofLabels: Failure | null): Cause | null {
  if (failure !== undefined) return { type: "trigger", failure };
  return ofLabels === null ? null : { type: "labels", failure: ofLabels };
}

/** The list of a strategy stands as it was: what runs again of it is begun with the run. */
function carryOver(turn: Turn, { step, whole, strategy }: CarriedStep): void {
  if (strategy !== null) {
    emit(turn, { type: "strategy.started", step, ...strategy.started, deadlineAt: null });
    for (const { item, from, outcome } of strategy.items) {
      emit(turn, { type: "item.carried", step, item, from, outcome });
    }
  }
  if (whole !== null) emit(turn, { type: "step.carried", step, ...whole });
}

/** The run's own time begins, and its first steps. */
export function startRun(turn: Turn): void {
  const { timeoutMs } = turn.workflow;
  const stepDeadlines = turn.state.open.flatMap((step) => {
    const stepTimeoutMs = turn.workflow.steps[step]?.timeoutMs ?? null;
    return stepTimeoutMs === null ? [] : [{ step, at: turn.now + stepTimeoutMs }];
  });
  emit(turn, {
    type: "run.started",
    deadlineAt: timeoutMs === null ? null : turn.now + timeoutMs,
    ...(stepDeadlines.length === 0 ? {} : { stepDeadlines }),
  });
  const ready = turn.workflow.steps.filter(
    (step) => step.after.length === 0 || turn.state.steps[step.number]?.status !== "pending",
  );
  advance(
    turn,
    ready.map((step) => step.number),
  );
}

/** What the sandbox must compute before the run can be created: labels and the key of its place. */
export function needsToCreate(
  workflow: Workflow,
  command: CreateRun,
  now: number,
  computed: Computed,
): readonly Need[] {
  const turn = beginTurn(workflow, evolve(null, { at: now, ...createdBy(workflow, command) }), now, computed);
  evaluateLabels(turn);
  slotKeyOf(turn);
  return turn.needs;
}

/** The key by which runs share a limit, as text: without one it cannot be evaluated, and nothing is started. */
export function slotKey(workflow: Workflow, command: CreateRun, now: number, computed: Computed): SlotKey {
  return slotKeyOf(
    beginTurn(workflow, evolve(null, { at: now, ...createdBy(workflow, command) }), now, computed),
  );
}

type SlotKey =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly problem: EvaluationProblem };

function slotKeyOf(turn: Turn): SlotKey {
  const key = turn.workflow.concurrency?.key ?? null;
  if (key === null) return { ok: true, key: "" };
  const evaluated = evaluate(turn, "slot", scopeOf(turn.workflow, turn.state), (seen) =>
    evaluateTemplate(key, seen),
  );
  if (evaluated === null) return { ok: false, problem: notComputed };
  return evaluated.ok ? { ok: true, key: stringifyJson(evaluated.value) } : evaluated;
}

const notComputed = { code: "too_much_work", message: "it takes too many rounds of the sandbox" };

function createdBy(workflow: Workflow, command: CreateRun): RunCreated {
  const { parent, hosts, rerun, slot } = command;
  return {
    type: "run.created",
    semantics,
    run: command.runId,
    workflow: workflow.name,
    version: workflow.version,
    definition: command.definition,
    stepCount: workflow.steps.length,
    trigger: command.trigger,
    labels: [],
    seed: command.seed,
    traceId: command.traceId,
    ...(parent === undefined ? {} : { parent }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(rerun === undefined ? {} : { rerunOf: rerun.of }),
    ...(rerun?.asked == null ? {} : { rerunAsked: rerun.asked }),
    ...(rerun === undefined || rerun.keptKeys.length === 0 ? {} : { keptKeys: rerun.keptKeys }),
    ...(slot === undefined ? {} : { slotKey: slot.key }),
  };
}

interface Labelled {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly failure: Failure | null;
}

/** Labels are text: a value that is none is written as JSON. All share the work of one evaluation. */
function evaluateLabels(turn: Turn): Labelled {
  const labels: [string, string][] = [];
  const scope = scopeOf(turn.workflow, turn.state);
  const work = newWork();
  const failed = (name: string, { code, message }: EvaluationProblem): Labelled => {
    return { labels, failure: unsent("evaluation", code, `label ${name}: ${message}`) };
  };
  for (const [name, template] of turn.workflow.labels) {
    const evaluated = evaluate(
      turn,
      `label/${name}`,
      scope,
      (seen) => evaluateTemplate(template, seen),
      work,
    );
    if (evaluated === null) continue;
    if (!evaluated.ok) return failed(name, evaluated.problem);
    const { value } = evaluated;
    if (value === null) continue;
    const text = typeof value === "string" ? value : stringifyJson(value);
    const bytes = utf8Length(text);
    if (bytes > limits.label_bytes) {
      const message = `it has ${bytes} bytes, and may have ${limits.label_bytes}`;
      return failed(name, { code: "label_bytes", message });
    }
    labels.push([name, text]);
  }
  return { labels, failure: null };
}
