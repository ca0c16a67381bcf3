// What the attempts of each kind are called.

import type { Attempt } from "./attempts-of.ts";

export const attemptWords: Readonly<Record<Attempt["kind"], string>> = {
  call: "Attempt",
  poll: "Poll",
  page: "Page",
  undo: "Undoing",
};
