// What a run may record: a value counts as often as it is recorded, and the failure says so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { limits } from "../value/limits.ts";
import { decide } from "./decide.ts";

const document = `name: w
version: 1
triggers: [{type: http}]
steps:
  each:
    strategy: {type: fan_out, over: [1, 2, 3, 4], concurrency: 2}
    request: {method: POST, url: "http://service.test/take", body: "{{ trigger.body }}"}
`;

test("one value that is sent to many counts once for each, and what fails by it says how it is counted", () => {
  const same = "x".repeat(100_000);
  const run = new PlayRun(document, same);
  const { dataBytes } = run.state;
  assert.ok(dataBytes > 3 * same.length && dataBytes < 3.1 * same.length, "of the trigger and two items");
  run.answer("each[0]", 200);
  assert.ok(run.state.dataBytes > 4 * same.length);

  const full = { ...run.state, dataBytes: limits.run_data_bytes - same.length / 2 };
  const outcome = {
    type: "answer",
    answer: { status: 200, headers: {}, body: same },
    problem: null,
    directive: null,
    target: null,
  } as const;
  const end = { type: "end_attempt", step: 0, item: 1, attempt: 1, poll: 0, outcome } as const;
  const decision = decide(run.workflow, full, { now: run.now, ...end });
  assert.ok(decision.type === "accepted");
  const ending = decision.events.find((event) => event.type === "run.ending");
  assert.ok(ending?.cause.type === "limit");
  assert.equal(ending.cause.failure.code, "run_data_bytes");
  assert.equal(
    ending.cause.failure.message,
    "the run has recorded more than 67108864 bytes; a body counts each time that it is sent, answered or used, also where it is stored once",
  );
});
