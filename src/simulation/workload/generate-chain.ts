// Draws a workflow whose runs start each other, as deep as it goes.

import type { Prng } from "../prng.ts";
import { bare } from "./generate-outside.ts";
import { generateWorkflow } from "./generate-workflow.ts";
import type { StepModel, WorkflowModel } from "./model.ts";

export function generateChain(prng: Prng, name: string): WorkflowModel {
  const drawn = generateWorkflow(prng, name, 1, [], 1);
  const first = drawn.steps[0] as StepModel;
  const deeper: StepModel = {
    ...bare(first),
    id: "deeper",
    after: [],
    join: "all",
    when: null,
    kind: "child",
    wait: null,
    child: name,
    onError: prng.pick(["fail", "continue", "continue"]),
  };
  return { ...drawn, steps: [first, deeper], output: { type: "default" }, timeoutMs: null, respond: null };
}
