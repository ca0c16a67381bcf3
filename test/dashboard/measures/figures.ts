// Figures of a measure in words: the middle, the 95th of a hundred, the worst; and what a page notes of its own frames.

import type { Page } from "playwright-core";

export function spread(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((one, other) => one - other);
  const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN).toFixed(0);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms (${sorted.length})`;
}

/** From now on the page notes the time from frame to frame, and each task of its main thread of 50 ms and more. */
export async function noteFrames(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const noted = { frames: [], tasks: [], on: true };
    window.noted = noted;
    let before = null;
    const frame = (now) => {
      if (before !== null) noted.frames.push(now - before);
      before = now;
      if (noted.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) noted.tasks.push(duration);
    }).observe({ entryTypes: ["longtask"] });
  })()`);
}

export async function framesNoted(page: Page): Promise<readonly string[]> {
  const { frames, tasks } = (await page.evaluate("((window.noted.on = false), window.noted)")) as {
    readonly frames: readonly number[];
    readonly tasks: readonly number[];
  };
  const longest = tasks.length === 0 ? "under 50 ms" : `${Math.max(...tasks).toFixed(0)} ms`;
  return [`frames: ${spread(frames)}`, `longest task ${longest}; ${tasks.length} of 50 ms and more`];
}
