// The calls of a run: one that is locked is tried again at its time, whatever wakes the run meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HandClock } from "../../test/engine/hand-clock.ts";
import type { Effect } from "../run/effect.ts";
import type { ActiveRun } from "./active-run.ts";
import { lockedRetryMs } from "./is-locked.ts";
import { RunEffects } from "./run-effects.ts";
import type { RunHost } from "./run-host.ts";
import { Timers } from "./timers.ts";

test("two calls that are locked do not send each other", async () => {
  const clock = new HandClock(0);
  const sent: string[] = [];
  const calls = ["a", "b"].map((id) => ({
    type: "call",
    id,
    notBefore: 0,
    undo: false,
  })) as unknown as Effect[];
  const run = { state: { ending: null, seq: 1 }, mayRest() {}, wake: () => effects.release(calls) };
  const host = {
    ports: { clock },
    timers: new Timers(clock),
    maySend: () => true,
    perform(_: unknown, { id }: { id: string }, done: (outcome: "locked") => void) {
      sent.push(id);
      // As a call that gates let through: the run is woken to send it, and then it turns out to be locked.
      void Promise.resolve()
        .then(() => run.wake())
        .then(() => done("locked"));
      return { abort() {} };
    },
  } as unknown as RunHost;
  const effects = new RunEffects(host, run as unknown as ActiveRun);
  run.wake();
  await clock.settle();
  assert.deepEqual(sent, ["a", "b"]);
  run.wake();
  assert.deepEqual(sent, ["a", "b"], "something else wakes the run");
  clock.show(lockedRetryMs);
  await clock.settle();
  assert.deepEqual(sent.slice(2).sort(), ["a", "b"], "its time has come");
});
