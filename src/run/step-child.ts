// A `workflow` step: a run of another workflow, whose result is the output.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { ChildAction } from "../language/workflow.ts";
import { derive32 } from "../value/derive.ts";
import { newRunId } from "../value/id.ts";
import { limits } from "../value/limits.ts";
import { withMember } from "../value/stored-body.ts";
import type { ChildOutcome } from "./command.ts";
import { evaluate } from "./evaluate.ts";
import type { ChildStarted } from "./event.ts";
import { failEvaluation, failTask } from "./fail-step.ts";
import { type Failure, unsent } from "./failure.ts";
import { at, nameOf, type Place, taskAt } from "./place.ts";
import { scopeAt } from "./scope.ts";
import { emit, emitCancelled, emitSucceeded, type Turn } from "./turn.ts";

export function startChild(turn: Turn, place: Place, action: ChildAction): void {
  const { created } = turn.state;
  if ((created.parent?.depth ?? 0) >= limits.child_depth) {
    const message = `runs may start each other ${limits.child_depth} deep`;
    failTask(turn, place, unsent("limit", "child_depth", message));
    return;
  }
  const scope = scopeAt(turn.workflow, turn.state, place);
  const evaluated = evaluate(turn, `start/${nameOf(place)}`, scope, (seen) =>
    evaluateTemplate(action.body, seen),
  );
  if (evaluated === null) return;
  if (!evaluated.ok) {
    failEvaluation(turn, place, evaluated.problem);
    return;
  }
  const { step, item } = place;
  const started: ChildStarted = {
    type: "child.started",
    ...at(place),
    run: childId(turn, place),
    workflow: action.name,
    version: action.version,
    body: null,
    deadlineAt: item === null && step.timeoutMs !== null ? turn.now + step.timeoutMs : null,
  };
  emit(turn, withMember(started, "body", evaluated, "value"));
}

/** The same whenever it is derived, so that a child is started once. */
function childId(turn: Turn, place: Place): string {
  const { run, seed } = turn.state.created;
  const random = new Uint8Array(10);
  const view = new DataView(random.buffer);
  view.setUint32(0, derive32(seed, "child-a", run, nameOf(place)));
  view.setUint32(4, derive32(seed, "child-b", run, nameOf(place)));
  view.setUint16(8, derive32(seed, "child-c", run, nameOf(place)) & 0xffff);
  return newRunId(turn.now, random);
}

export function endChild(turn: Turn, place: Place, run: string, outcome: ChildOutcome): void {
  const { failing, child } = taskAt(turn.state, place);
  if (outcome.type === "ended")
    emit(turn, { type: "child.ended", ...at(place), run, status: outcome.status });
  if (failing !== null) {
    failTask(turn, place, failing);
  } else if (child?.cancelled === true) {
    emitCancelled(turn, place);
  } else if (outcome.type === "not_started") {
    failTask(turn, place, unsent("child", outcome.code, outcome.message));
  } else if (outcome.status === "completed") {
    emitSucceeded(turn, place, { type: "child", run, output: outcome.output });
  } else if (turn.state.ending !== null) {
    emitCancelled(turn, place);
  } else {
    failTask(turn, place, childFailure(run, outcome.status, outcome.error));
  }
}

function childFailure(run: string, status: string, error: string | null): Failure {
  const words = status.replace("_", " ");
  const message = `${run} ${words}${error === null ? "" : `: ${error}`}`;
  return unsent("child", `child_${status}`, message);
}
