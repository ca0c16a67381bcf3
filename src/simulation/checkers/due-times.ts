// When a drawn schedule is due, and when its runs are to start: a second formula, second by second.

import { simHash } from "../ports/sim-vault.ts";
import type { CronModel } from "../workload/outside-model.ts";
import { offsetsAt } from "../workload/wall-hour.ts";

const dayMs = 86_400_000;

/** After `fromMs`, to `toMs`. */
export function dueTimes(cron: CronModel, fromMs: number, toMs: number): readonly number[] {
  const due: number[] = [];
  for (let at = (Math.floor(fromMs / 1_000) + 1) * 1_000; at <= toMs; at += 1_000)
    if (isDue(cron, at)) due.push(at);
  return due;
}

/** Of certain hours a wall time that comes twice counts once, and the times that are skipped are due once, at the change. */
export function isDue(cron: CronModel, at: number): boolean {
  const { everySeconds, hours, timezone } = cron;
  const { from, offsetMs, beforeMs } = offsetsAt(timezone, at);
  const wall = at + offsetMs;
  const fits = (time: number) => hours === null || hours.includes(Math.floor((time % dayMs) / 3_600_000));
  const isBeat = wall % (everySeconds * 1_000) === 0 && fits(wall);
  if (hours === null || beforeMs === offsetMs) return isBeat;
  if (offsetMs < beforeMs) return isBeat && wall >= from + beforeMs;
  // The skipped hour is a whole one, and its first second a beat of every schedule that is drawn.
  return isBeat || (at === from && fits(from + beforeMs));
}

/** Murmur3 over the characters, each part closed by a unit separator. */
function fraction(...parts: readonly (string | number)[]): number {
  const codes = parts.flatMap((part) => [...`${part}`, "\u001f"].map((one) => one.charCodeAt(0)));
  const turned = (bits: number, by: number) => (bits << by) | (bits >>> (32 - by));
  let hash = 0;
  for (const code of codes) {
    const block = Math.imul(turned(Math.imul(code, 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(turned(hash ^ block, 13), 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Its trigger stands behind the one for callers. */
const place = 1;

export function startOf(tenant: string, workflow: string, { jitterSeconds }: CronModel, due: number): number {
  const name = Buffer.from(simHash(tenant, "workflow", workflow)).toString("hex");
  return due + Math.floor(fraction("schedule-jitter", `${name}/${place}`, due) * (jitterSeconds * 1_000 + 1));
}
