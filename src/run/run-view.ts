// A run as people and programs see it.

import type { Workflow } from "../language/workflow.ts";
import type { Json } from "../value/json.ts";
import { withMember } from "../value/stored-body.ts";
import { type Doing, doingBit, doingOf, doings } from "./doing.ts";
import type { CompensationResult, StoredPlace } from "./event.ts";
import { type HeldCalls, type NowLine, nowOf } from "./now-line.ts";
import { statusOf } from "./run-status.ts";
import type { RunState, StepState } from "./state.ts";
import type { RunStatus } from "./status.ts";
import { type StepView, viewStep } from "./step-view.ts";

export interface RunView {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: RunStatus;
  /** The engine leaves it as it is: it could not decide what is next. Absent where it goes on. */
  readonly quarantined?: true;
  /** What it is doing, as lists find it by. */
  readonly doing: readonly Doing[];
  /** One line: what it is really doing now. */
  readonly now: NowLine;
  readonly seq: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly output: Json;
  readonly error: RunError | null;
  readonly compensation: CompensationResult | null;
  readonly steps: readonly StepView[];
  /** The run that started this one, or null. */
  readonly parent: { readonly run: string; readonly item: number | null } | null;
  /** The run that this one goes again from, or null. */
  readonly rerunOf: string | null;
  /** Names of signals that came and were not taken yet. */
  readonly earlySignals: readonly string[];
  /** Members of this view that are null here because they are large and stand apart. Absent where they can be read. */
  readonly stored?: readonly StoredPlace[];
}

export interface RunError {
  /** Id of the step that failed first, or null. */
  readonly step: string | null;
  readonly code: string;
  readonly message: string;
}

/** `held`: what holds calls back that were announced, by the number of their step. */
export function viewRun(
  id: string,
  workflow: Workflow,
  state: RunState,
  held: HeldCalls = new Map(),
): RunView {
  const { created } = state;
  const bits = doingOf(workflow, state);
  const view: RunView = {
    id,
    workflow: created.workflow,
    version: created.version,
    status: statusOf(state),
    doing: doings.filter((one) => (bits & doingBit(one)) !== 0),
    now: nowOf(workflow, state, held),
    seq: state.seq,
    labels: Object.fromEntries(created.labels),
    createdAt: state.createdAt,
    startedAt: state.startedAt,
    endedAt: state.endedAt,
    output: null,
    error: runError(workflow, state),
    compensation: state.compensation,
    steps: workflow.steps.map((step) => viewStep(step.id, state, state.steps[step.number] as StepState)),
    parent: created.parent === undefined ? null : { run: created.parent.run, item: created.parent.item },
    rerunOf: created.rerunOf ?? null,
    earlySignals: state.signals.filter((signal) => signal.step === null).map((signal) => signal.name),
  };
  return state.result === null ? view : withMember(view, "output", state.result, "output");
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
    case "trigger":
    case "limit":
      return { step: null, code: cause.failure.code, message: cause.failure.message };
    case "cancel":
      return { step: null, code: "run_cancelled", message: "the run was cancelled" };
    case "timeout":
      return { step: null, code: "run_timed_out", message: "the run took longer than its timeout" };
  }
}
