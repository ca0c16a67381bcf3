// `decide` is total: whatever command comes in whatever reachable state, it gives events or a rejection, and no event is odd.

import assert from "node:assert/strict";
import { test } from "node:test";
import { walkUntil } from "../../test/run/walk-until.ts";

const commands = 50_000;
/** Of every decision that a run can make, and of none that a walk cannot reach. */
const typesAtLeast = 49;

test("random walks: never throws, replays, ends only once, effects only while it goes on", () => {
  const { types, accepted } = walkUntil(commands, Math.floor(Math.random() * 2 ** 32));
  assert.ok(types.size >= typesAtLeast, `only ${types.size} types of events: ${[...types].sort().join(" ")}`);
  assert.ok(accepted > commands / 3, `${accepted} of ${commands} were taken`);
});
