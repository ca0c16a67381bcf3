// Draws a workflow that a schedule starts: its last version has none, and one before it may have another.

import type { Prng } from "../prng.ts";
import { generateWorkflow } from "./generate-workflow.ts";
import type { WorkflowModel } from "./model.ts";
import type { CronModel } from "./outside-model.ts";
import { wallHour } from "./wall-hour.ts";

export function generateTick(prng: Prng, name: string, now: number): readonly WorkflowModel[] {
  const drawn = generateWorkflow(prng, name, 1, [], 2);
  const crons = Array.from({ length: prng.chance(0.3) ? 2 : 1 }, () => generateCron(prng, now));
  return [...crons, null].map((cron, index) => ({ ...drawn, version: index + 1, cron }));
}

function generateCron(prng: Prng, now: number): CronModel {
  const everySeconds = prng.pick([2, 3, 4, 5]);
  const timezone = prng.pick(["UTC", "America/New_York", "America/New_York", "Asia/Kolkata"]);
  return {
    everySeconds,
    hours: prng.chance(0.5) ? generateHours(prng, wallHour(timezone, now)) : null,
    catchUp: prng.pick(["none", "latest"] as const),
    jitterSeconds: prng.chance(0.5) ? 0 : prng.pick([1, 3, 8]),
    timezone,
    odd: prng.chance(0.08),
  };
}

/** That of the beginning, and those that clocks skip or show twice thereafter. */
function generateHours(prng: Prng, hour: number): readonly number[] {
  const later = prng.pick([[], [], [1], [2], [1, 2]]).map((ahead) => (hour + ahead) % 24);
  const hours = prng.chance(0.7) || later.length === 0 ? [hour, ...later] : later;
  return [...new Set(hours)].sort((a, b) => a - b);
}
