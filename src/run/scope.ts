// The context of expressions: what a template may read of its run.

import type { Scope } from "../language/expression.ts";
import type { Workflow } from "../language/workflow.ts";
import type { Json } from "../value/json.ts";
import type { TriggerData } from "./event.ts";
import type { Failure } from "./failure.ts";
import type { RunState, StepState } from "./state.ts";

export function scopeOf(workflow: Workflow, state: RunState): Scope {
  return {
    root(name) {
      if (name === "trigger") return triggerValue(state.created.trigger);
      if (name === "run") return runValue(state);
      return undefined;
    },
    step(id) {
      const number = workflow.stepNumbers.get(id);
      return number === undefined ? undefined : stepValue(state.steps[number] as StepState);
    },
  };
}

function triggerValue(trigger: TriggerData): Json {
  return {
    type: trigger.type,
    method: trigger.method,
    headers: trigger.headers,
    query: trigger.query,
    body: trigger.body,
    raw_body: trigger.rawBody,
  };
}

function runValue(state: RunState): Json {
  const { created } = state;
  return {
    id: created.run,
    workflow: created.workflow,
    version: created.version,
    started_at: new Date(state.startedAt ?? state.createdAt).toISOString(),
  };
}

function stepValue(step: StepState): Json {
  return {
    status: step.status,
    output: stepOutput(step),
    response: responseValue(step),
    error: step.status !== "succeeded" && step.failure !== null ? errorValue(step.failure) : null,
  };
}

/** Response body or value of a step that succeeded, else null. */
export function stepOutput(step: StepState): Json {
  if (step.result === null) return null;
  return step.result.type === "value" ? step.result.value : step.result.body;
}

function responseValue(step: StepState): Json {
  const { result, failure } = step;
  if (result !== null) {
    if (result.type === "value") return null;
    return { status: result.status, headers: result.headers, body: result.body };
  }
  if (failure === null || failure.status === null) return null;
  return { status: failure.status, headers: failure.headers ?? {}, body: failure.body };
}

function errorValue(failure: Failure): Json {
  const { kind, code, message, status, body } = failure;
  return { kind, code, message, status, body };
}
