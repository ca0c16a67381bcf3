// A step fails for good: the run goes on or begins to end.

import type { Step } from "../language/workflow.ts";
import { beginEnding } from "./begin-ending.ts";
import type { Failure } from "./failure.ts";
import { emit, type Turn } from "./turn.ts";

export function failStep(turn: Turn, step: Step, failure: Failure): void {
  const passed = step.onError === "continue";
  emit(turn, { type: "step.failed", step: step.number, failure, passed });
  if (!passed) beginEnding(turn, "failed", { type: "step", step: step.number, failure });
}
