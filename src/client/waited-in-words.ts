// What waited for a sign-in, in words: the terminal and the dashboard say the same.

import type { WhatWaitedResource } from "./resources.ts";

/** `12 items of the inbox and 3 runs waited until you signed in, and go on now; 1 item was rejected`. */
export function waitedInWords({ items, rejected, waiting, runs }: WhatWaitedResource): string {
  const all = items + waiting;
  const both = [
    ...(all === 0 ? [] : [`${manyOf(all, "item")} of the inbox`]),
    ...(runs === 0 ? [] : [manyOf(runs, "run")]),
  ].join(" and ");
  const goes = all + runs === 1 ? "goes" : "go";
  return [
    `${both} waited until you signed in, and ${goes} on now`,
    ...(waiting === 0 ? [] : [`${manyOf(waiting, "item")} still to be judged`]),
    ...(rejected === 0 ? [] : [`${manyOf(rejected, "item")} rejected`]),
  ].join("; ");
}

function manyOf(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}
