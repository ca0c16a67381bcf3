// Draws a workflow that a schedule starts: its first version has it, its second has none.

import type { Prng } from "../prng.ts";
import { generateWorkflow } from "./generate-workflow.ts";
import type { WorkflowModel } from "./model.ts";

export function generateTick(prng: Prng, name: string): readonly [WorkflowModel, WorkflowModel] {
  const drawn = generateWorkflow(prng, name, 1, [], 2);
  const cron = {
    everySeconds: prng.pick([2, 3, 4, 5]),
    catchUp: prng.pick(["none", "latest"] as const),
    jitterSeconds: prng.chance(0.5) ? 0 : prng.pick([1, 3, 8]),
    timezone: prng.pick(["UTC", "America/New_York", "Asia/Kolkata"]),
  };
  // No draw of its own, so that seeds stay the worlds that they are.
  const odd = cron.everySeconds === 5 && cron.timezone === "Asia/Kolkata";
  return [
    { ...drawn, cron: { ...cron, odd } },
    { ...drawn, version: 2 },
  ];
}
