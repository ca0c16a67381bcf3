// Letters that come together are decided together, as far as there is room.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import type { Letter } from "./letter.ts";
import { decideAll } from "./propose.ts";

test("answers behind which much is evaluated are decided in several turns", () => {
  const same = Array.from({ length: 10 }, () => "trigger.body.x == trigger.body.y").join(" and ");
  const list = Array.from({ length: 90_000 }, () => 0);
  const names = [0, 1, 2, 3, 4];
  const steps = names.map(
    (name) => `  a${name}: {request: {method: POST, url: "https://a.example/x"}}
  b${name}: {value: "{{ ${same} }}", after: [a${name}]}`,
  );
  const document = `name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n${steps.join("\n")}\n`;
  const run = new PlayRun(document, { x: list, y: [...list] });
  const outcome = {
    type: "answer",
    answer: { status: 200, headers: {}, body: null },
    problem: null,
  } as const;
  const letters = names.map((name): Letter => {
    const step = run.number(`a${name}`);
    return { command: { type: "end_attempt", step, item: null, attempt: 1, poll: 0, outcome }, reply: null };
  });
  const first = decideAll(run.workflow, run.state, letters, { now: run.now, computed: new Map() });
  assert.deepEqual([first.letters.length, first.rejections.length], [3, 3]);
  assert.deepEqual(first.left, letters.slice(3));
  const second = decideAll(run.workflow, first.state, first.left, { now: run.now, computed: new Map() });
  assert.deepEqual(second.left, []);
  assert.equal(second.state?.status, "completed");
});
