// Makes a step another kind of thing, as an author does who moves a call into a workflow of its own, or out of a list.

import type { Prng } from "../prng.ts";
import { bare } from "./generate-outside.ts";
import { isListStrategy, isLong } from "./language-model.ts";
import type { StepModel, WorkflowModel } from "./model.ts";

/** `step` as something else, or as it is where others read what it gives. */
export function turnStep(prng: Prng, model: WorkflowModel, step: StepModel): StepModel {
  if (isRead(model, step.id) || isLong(step.strategy)) return step;
  if (step.strategy !== null && prng.chance(0.4)) {
    const { type } = step.strategy;
    // The same kind, other than those below.
    if (isListStrategy(step.strategy) && type === "scatter" && prng.chance(0.5))
      return { ...step, strategy: { ...step.strategy, type: "fan_out", concurrency: 2 } };
    const { script } = step;
    return { ...step, strategy: null, script: script?.type === "item" ? null : script };
  }
  const plain = { ...bare(step), onError: step.onError, wait: null, child: null };
  const child =
    model.steps.find((one) => one.child !== null && !one.child.startsWith("chain"))?.child ?? null;
  if (step.kind === "request" && child !== null && prng.chance(0.7)) {
    return { ...plain, kind: "child", child, compensate: prng.chance(0.5) ? step.compensate : null };
  }
  if (step.kind === "request") return { ...plain, kind: "value" };
  return { ...plain, kind: "request" };
}

function isRead({ steps, output, respond }: WorkflowModel, id: string): boolean {
  if (output.type !== "default" && output.step === id) return true;
  if (respond !== null && [respond.step, respond.after].includes(id)) return true;
  return steps.some(
    ({ reads, when, script, strategy }) =>
      reads.includes(id) ||
      (when?.type === "above" && when.step === id) ||
      (script?.type === "step" && script.step === id) ||
      (strategy?.over.type === "step" && strategy.over.step === id),
  );
}
