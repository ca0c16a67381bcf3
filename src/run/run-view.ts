// A run as people and programs see it.

import type { Workflow } from "../language/workflow.ts";
import type { Json } from "../value/json.ts";
import type { Answer, CompensationResult } from "./event.ts";
import type { Failure } from "./failure.ts";
import type { RunState, StepState, UndoState } from "./state.ts";
import { isTerminal, type RunStatus, type StepStatus } from "./status.ts";

export interface RunView {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: RunStatus;
  /** One line: what it is really doing now. */
  readonly now: string;
  readonly seq: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly output: Json;
  readonly error: RunError | null;
  readonly compensation: CompensationResult | null;
  readonly steps: readonly StepView[];
}

export interface RunError {
  /** Id of the step that failed first, or null. */
  readonly step: string | null;
  readonly code: string;
  readonly message: string;
}

export interface StepView {
  readonly id: string;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** When the next attempt is due, or null. */
  readonly nextAttemptAt: number | null;
  readonly skipped: string | null;
  readonly response: Answer | null;
  readonly output: Json;
  readonly error: Failure | null;
  readonly compensation: UndoView | null;
}

export interface UndoView {
  readonly status: UndoState["status"];
  readonly attempts: number;
  readonly response: Answer | null;
  readonly error: Failure | null;
}

export function viewRun(id: string, workflow: Workflow, state: RunState): RunView {
  const { created } = state;
  return {
    id,
    workflow: created.workflow,
    version: created.version,
    status: state.status,
    now: nowLine(workflow, state),
    seq: state.seq,
    labels: Object.fromEntries(created.labels),
    createdAt: state.createdAt,
    startedAt: state.startedAt,
    endedAt: state.endedAt,
    output: state.output,
    error: runError(workflow, state),
    compensation: state.compensation,
    steps: workflow.steps.map((step) => viewStep(step.id, state, state.steps[step.number] as StepState)),
  };
}

function viewStep(id: string, state: RunState, step: StepState): StepView {
  const { result, undo } = step;
  const response =
    result?.type === "response"
      ? { status: result.status, headers: result.headers, body: result.body }
      : null;
  const waits = step.status === "running" && step.notBefore > state.at && step.attempt > 1;
  return {
    id,
    status: step.status,
    attempts: step.attempt,
    startedAt: step.attempt > 0 ? step.startedAt : null,
    endedAt: step.endedAt,
    nextAttemptAt: waits ? step.notBefore : null,
    skipped: step.skipped,
    response,
    output: result === null ? null : result.type === "value" ? result.value : result.body,
    error: step.status === "succeeded" ? null : step.failure,
    compensation:
      undo === null
        ? null
        : { status: undo.status, attempts: undo.attempt, response: undo.answer, error: undo.failure },
  };
}

function runError(workflow: Workflow, state: RunState): RunError | null {
  const cause = state.ending?.cause;
  if (cause === undefined) return null;
  switch (cause.type) {
    case "step":
      return {
        step: workflow.steps[cause.step]?.id ?? null,
        code: cause.failure.code,
        message: cause.failure.message,
      };
    case "output":
    case "labels":
    case "limit":
      return { step: null, code: cause.failure.code, message: cause.failure.message };
    case "cancel":
      return { step: null, code: "run_cancelled", message: "the run was cancelled" };
    case "timeout":
      return { step: null, code: "run_timed_out", message: "the run took longer than its timeout" };
  }
}

function nowLine(workflow: Workflow, state: RunState): string {
  if (isTerminal(state.status)) {
    const undone =
      state.compensation === null || state.compensation === "none"
        ? ""
        : ` · compensation ${state.compensation}`;
    return `${state.status.replace("_", " ")}${undone}`;
  }
  if (state.undoing !== null) return `undoes ${workflow.steps[state.undoing]?.id ?? state.undoing}`;
  const open = state.open.map((number) => {
    const step = state.steps[number] as StepState;
    const id = workflow.steps[number]?.id ?? String(number);
    return step.spent > 0 ? `${id} · retry ${step.spent}` : id;
  });
  if (open.length === 0) return state.status;
  return open.length <= 3 ? open.join(", ") : `${open.slice(0, 3).join(", ")} and ${open.length - 3} more`;
}
