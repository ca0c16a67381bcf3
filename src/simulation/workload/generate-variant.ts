// Draws a later version of a workflow that differs a little, as an author's correction does.

import type { Prng } from "../prng.ts";
import { bare } from "./generate-outside.ts";
import type { StepModel, WorkflowModel } from "./model.ts";
import { turnStep } from "./turn-step.ts";

export function generateVariant(prng: Prng, model: WorkflowModel, version: number): WorkflowModel {
  const steps = model.steps.map((step) => {
    if (prng.chance(0.6)) return step;
    return prng.chance(0.25) ? turnStep(prng, model, step) : vary(prng, step);
  });
  const last = steps.at(-1) as StepModel;
  const named = [
    model.output.type === "default" ? null : model.output.step,
    model.respond?.step,
    model.respond?.after,
  ];
  if (steps.length > 1 && !named.includes(last.id) && prng.chance(0.3)) steps.pop();
  if (prng.chance(0.4)) steps.push(added(prng, steps));
  return { ...model, version, steps };
}

/** What it does stays: its outcome may be carried over. */
function vary(prng: Prng, step: StepModel): StepModel {
  const { compensate } = step;
  return {
    ...step,
    when: prng.chance(0.5) ? null : step.when,
    onError: prng.pick(["fail", "continue"]),
    timeoutMs: prng.chance(0.5) ? null : step.timeoutMs,
    retry: prng.chance(0.5) ? null : step.retry,
    compensate:
      compensate === null || prng.chance(0.3) ? null : { ...compensate, whenUnknown: prng.chance(0.5) },
  };
}

function added(prng: Prng, steps: readonly StepModel[]): StepModel {
  const parent = prng.pick(steps);
  return {
    ...bare(parent),
    id: "added",
    after: [parent.id],
    join: "all",
    when: null,
    kind: "value",
    wait: null,
    child: null,
    childVersion: null,
    reads: [parent.id],
    tells: null,
    onError: "fail",
  };
}
