// The one function that decides: definition, state and a command give events, or a rejection. Pure; never throws.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { Step, Workflow } from "../language/workflow.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { advance, checkLimits } from "./advance.ts";
import { beginEnding } from "./begin-ending.ts";
import type { Command, CreateRun, Decision, RejectionCode } from "./command.ts";
import { endUndo, loseUndo } from "./compensate.ts";
import { applyDue } from "./due.ts";
import { semantics } from "./event.ts";
import { evolve } from "./evolve.ts";
import { type Failure, unsent } from "./failure.ts";
import { scopeOf } from "./scope.ts";
import type { RunState, StepState } from "./state.ts";
import { isTerminal } from "./status.ts";
import { endAttempt, loseAttempt } from "./step-request.ts";
import { beginTurn, emit, type Turn } from "./turn.ts";
import { windDown } from "./wind-down.ts";

export function decide(workflow: Workflow, state: RunState | null, command: Command): Decision {
  if (command.type === "create") {
    return state === null ? create(workflow, command, command.now) : rejected("run_exists");
  }
  if (state === null) return rejected("run_not_found");
  if (isTerminal(state.status)) return rejected("run_ended");
  const turn = beginTurn(workflow, state, command.now);
  switch (command.type) {
    case "end_attempt": {
      const step = workflow.steps[command.step];
      const current = state.steps[command.step];
      if (step === undefined || current?.status !== "running" || current.attempt !== command.attempt) {
        return rejected("stale_attempt");
      }
      if (step.action.type !== "request") return rejected("stale_attempt");
      endAttempt(turn, step, step.action, command.outcome);
      carryOn(turn, [command.step]);
      break;
    }
    case "end_undo": {
      const step = workflow.steps[command.step];
      const undo = state.steps[command.step]?.undo;
      if (step === undefined || undo?.status !== "running" || undo.attempt !== command.attempt) {
        return rejected("stale_attempt");
      }
      endUndo(turn, step, command.outcome);
      windDown(turn);
      break;
    }
    case "tick":
      carryOn(turn, applyDue(turn));
      break;
    case "recover":
      recover(turn);
      break;
    case "cancel":
      cancel(turn, command.compensate);
      break;
  }
  return { type: "accepted", events: turn.events, state: turn.state };
}

function create(workflow: Workflow, command: CreateRun, now: number): Decision {
  const created = {
    type: "run.created",
    semantics,
    run: command.runId,
    workflow: workflow.name,
    version: workflow.version,
    definition: command.definition,
    stepCount: workflow.steps.length,
    trigger: command.trigger,
    seed: command.seed,
    traceId: command.traceId,
  } as const;
  const labelled = evaluateLabels(workflow, evolve(null, { at: now, ...created, labels: [] }));
  const first = { at: now, ...created, labels: labelled.labels };
  const turn: Turn = { workflow, now, state: evolve(null, first), events: [first] };
  emit(turn, {
    type: "run.started",
    deadlineAt: workflow.timeoutMs === null ? null : now + workflow.timeoutMs,
  });
  if (labelled.failure !== null) beginEnding(turn, "failed", { type: "labels", failure: labelled.failure });
  const roots = workflow.steps.filter((step) => step.after.length === 0).map((step) => step.number);
  advance(turn, roots);
  return { type: "accepted", events: turn.events, state: turn.state };
}

interface Labelled {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly failure: Failure | null;
}

/** Labels are text: a value that is none is written as JSON. */
function evaluateLabels(workflow: Workflow, state: RunState): Labelled {
  const labels: [string, string][] = [];
  for (const [name, template] of workflow.labels) {
    const evaluated = evaluateTemplate(template, scopeOf(workflow, state));
    if (!evaluated.ok) {
      const { code, message } = evaluated.problem;
      return { labels, failure: unsent("evaluation", code, `label ${name}: ${message}`) };
    }
    const { value } = evaluated;
    if (value !== null) labels.push([name, typeof value === "string" ? value : stringifyJson(value)]);
  }
  return { labels, failure: null };
}

/** What became ready because of the steps that ended, and the end of the run when nothing is left. */
function carryOn(turn: Turn, touched: readonly number[]): void {
  checkLimits(turn);
  const ready = touched.filter((number) => turn.state.steps[number]?.status !== "running");
  advance(
    turn,
    ready.flatMap((number) => (turn.workflow.steps[number] as Step).dependents),
  );
}

/**
 * Timeouts that passed meanwhile come first. Then every attempt that may have been sent is lost: those whose
 * `notBefore` has passed, announced before this command.
 */
function recover(turn: Turn): void {
  const { now } = turn;
  const maybeSent = turn.state.open.filter(
    (number) => (turn.state.steps[number] as StepState).notBefore <= now,
  );
  const undoing = turn.state.undoing;
  const timedOut = applyDue(turn);
  const lost = maybeSent.filter((number) => turn.state.steps[number]?.status === "running");
  for (const number of lost) {
    const step = turn.workflow.steps[number] as Step;
    if (step.action.type === "request") loseAttempt(turn, step, step.action);
  }
  const undo = undoing === null ? null : turn.state.steps[undoing]?.undo;
  if (undoing !== null && undo?.status === "running" && undo.notBefore <= now) loseUndo(turn, undoing);
  carryOn(turn, [...timedOut, ...lost]);
}

/** Acknowledged at any time before the end; only the first word, and a later `compensate: false`, change anything. */
function cancel(turn: Turn, compensate: boolean): void {
  const changes = !turn.state.cancelRequested || (!compensate && turn.state.compensates);
  if (changes) emit(turn, { type: "run.cancel_requested", compensate });
  beginEnding(turn, "cancelled", { type: "cancel" });
  windDown(turn);
}

function rejected(code: RejectionCode): Decision {
  return { type: "rejected", code };
}
