// What the events of a step say of where its time went.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { TrailData, TrailEvent, TrailFailure } from "../trail.ts";
import { segmentsOf } from "./segments-of.ts";

let seq = 0;
function event(at: number, type: string, data: TrailData = {}): TrailEvent {
  return { seq: ++seq, at, type, step: "s", data };
}

function failure(reach: TrailFailure["reach"], code = "http_503"): TrailFailure {
  return { kind: "status", code, message: code, reach, status: null };
}

function shown(events: readonly TrailEvent[]) {
  return segmentsOf(events).map(({ kind, from, to, attempt, ended }) => [kind, from, to, attempt, ended]);
}

test("attempts and the delays between them", () => {
  const events = [
    event(0, "step.started", { attempt: 1 }),
    event(10, "step.retrying", { attempt: 2, notBefore: 110, failure: failure("answered") }),
    event(130, "step.retrying", { attempt: 3, notBefore: 330, failure: failure("answered") }),
    event(350, "step.succeeded", { result: { type: "response" } }),
  ];
  assert.deepEqual(shown(events), [
    ["service", 0, 10, 1, "failed"],
    ["retry", 10, 110, null, null],
    ["service", 110, 130, 2, "failed"],
    ["retry", 130, 330, null, null],
    ["service", 330, 350, 3, "well"],
  ]);
  assert.equal(segmentsOf(events)[0]?.failure?.code, "http_503");
});

test("an attempt that reached nobody is the connection's, one of which nobody knows is the service's", () => {
  assert.deepEqual(
    shown([event(0, "item.started"), event(40, "item.failed", { failure: failure("no", "network") })]),
    [["connect", 0, 40, 1, "failed"]],
  );
  assert.deepEqual(
    shown([event(0, "item.started"), event(40, "item.failed", { failure: failure("unknown", "network") })]),
    [["service", 0, 40, 1, "failed"]],
  );
});

test("what the rule of a host held back is ours, attempt by attempt", () => {
  assert.deepEqual(
    shown([
      event(0, "step.started"),
      event(50, "step.retrying", { attempt: 2, notBefore: 60, heldMs: 30, failure: failure("answered") }),
      event(100, "step.retrying", { attempt: 3, notBefore: 100, heldMs: 45, failure: failure("answered") }),
    ]),
    [
      ["queue", 0, 30, null, null],
      ["service", 30, 50, 1, "failed"],
      ["retry", 50, 60, null, null],
      ["queue", 60, 75, null, null],
      ["service", 75, 100, 2, "failed"],
      ["service", 100, null, 3, null],
    ],
  );
});

test("waits, sleeps, children and polls", () => {
  assert.deepEqual(
    shown([
      event(0, "step.started"),
      event(10, "wait.started", { until: 1_000 }),
      event(500, "wait.ended"),
      event(500, "step.succeeded"),
    ]),
    [
      ["service", 0, 10, 1, "well"],
      ["wait", 10, 500, null, "well"],
    ],
  );
  assert.deepEqual(shown([event(0, "wait.started"), event(9, "wait.timed_out"), event(9, "step.rejected")]), [
    ["wait", 0, 9, null, "failed"],
  ]);
  assert.deepEqual(shown([event(0, "sleep.started", { until: 60 }), event(60, "step.succeeded")]), [
    ["sleep", 0, 60, null, "well"],
  ]);
  assert.deepEqual(
    shown([
      event(0, "child.started"),
      event(7, "child.ended", { status: "failed" }),
      event(7, "step.failed"),
    ]),
    [["child", 0, 7, null, "failed"]],
  );
  assert.deepEqual(
    shown([
      event(0, "step.started"),
      event(5, "step.polled", { count: 1, notBefore: 25 }),
      event(30, "step.succeeded"),
    ]),
    [
      ["service", 0, 5, 1, "well"],
      ["poll", 5, 25, null, null],
      ["service", 25, 30, 1, "well"],
    ],
  );
});

test("a delay that is dropped ends there, and what it delayed never began", () => {
  assert.deepEqual(
    shown([
      event(0, "step.started"),
      event(10, "step.retrying", { attempt: 2, notBefore: 900, failure: failure("answered") }),
      event(50, "step.cancelled"),
    ]),
    [
      ["service", 0, 10, 1, "failed"],
      ["retry", 10, 50, null, null],
    ],
  );
});

test("a compensation with its own attempts comes behind", () => {
  assert.deepEqual(
    shown([
      event(0, "step.started"),
      event(5, "step.succeeded"),
      event(20, "compensation.started", { attempt: 1 }),
      event(25, "compensation.retrying", { attempt: 2, notBefore: 35, failure: failure("answered") }),
      event(40, "compensation.failed", { failure: failure("answered") }),
    ]),
    [
      ["service", 0, 5, 1, "well"],
      ["undo", 20, 25, 1, "failed"],
      ["retry", 25, 35, null, null],
      ["undo", 35, 40, 2, "failed"],
    ],
  );
});
