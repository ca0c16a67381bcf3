// What kind of thing a step is: whether an outcome of one version fits the step of another.

import type { Step } from "../language/workflow.ts";

const actions = {
  request: ["request", "requests"],
  value: ["value", "values"],
  wait: ["wait", "waits"],
  sleep: ["sleep", "sleeps"],
  workflow: ["workflow", "workflows"],
} as const;

/** An outcome says nothing of how many items were under way at once: `scatter` and `fan_out` are one kind. */
export function isSameKind(one: Step, other: Step): boolean {
  return one.action.type === other.action.type && listOf(one) === listOf(other);
}

function listOf({ strategy }: Step): string | null {
  return strategy?.type === "scatter" ? "fan_out" : (strategy?.type ?? null);
}

/** As in `it is a request`, `it was a batch of values`. */
export function kindOf({ action, strategy }: Step): string {
  const [single, several] = actions[action.type];
  return strategy === null ? `a ${single}` : `a ${strategy.type} of ${several}`;
}
