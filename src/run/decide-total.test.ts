// `decide` is total: whatever command comes in whatever reachable state, it gives events or a rejection, and no event is odd.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PlayRun } from "../../test/run/play-run.ts";
import type { AttemptOutcome, CommandBody } from "./command.ts";
import { outstanding } from "./outstanding.ts";
import { isTerminal } from "./status.ts";

const document = `
name: w
version: 1
triggers: [{type: http}]
timeout: 60s
steps:
  a: {request: {method: POST, url: "https://a.example/a"}, retry: {max: 2, delay: 1s}, compensate: {request: {method: POST, url: "https://a.example/u"}, when_unknown: true}}
  b: {request: {method: GET, url: "https://a.example/b"}, timeout: 5s, on_error: continue}
  c: {value: "{{ steps.a.output }}", after: [a, b], join: any}
  d: {request: {method: POST, url: "https://a.example/d"}, after: [a], on_crash: fail, compensate: {request: {method: POST, url: "https://a.example/u/{{ steps.d.output.id }}"}}}
  e: {request: {method: POST, url: "https://a.example/e"}, after: [c, d], when: "steps.d.output.id == 1"}
`;

const outcome: fc.Arbitrary<AttemptOutcome> = fc.oneof(
  fc.record({
    type: fc.constant("answer" as const),
    answer: fc.record({
      status: fc.constantFrom(200, 201, 400, 404, 429, 500, 503),
      headers: fc.constantFrom({}, { "retry-after": "2" }, { "retry-after": "x" }),
      body: fc.constantFrom(null, "text", 1, { id: 1 }, { id: "../x" }, []),
    }),
    problem: fc.option(
      fc.record({
        kind: fc.constantFrom("parse" as const, "schema" as const),
        message: fc.string(),
        details: fc.constant(null),
      }),
    ),
  }),
  fc.record({
    type: fc.constant("failure" as const),
    reason: fc.constantFrom("network" as const, "timeout" as const, "blocked" as const, "too_large" as const),
    code: fc.constant("x"),
    message: fc.string(),
    sent: fc.boolean(),
    status: fc.constantFrom(null, 200, 500),
  }),
);

const numbers = fc.record({
  step: fc.integer({ min: -1, max: 6 }),
  attempt: fc.integer({ min: 0, max: 4 }),
  outcome,
});
const command: fc.Arbitrary<CommandBody> = fc.oneof(
  { weight: 6, arbitrary: numbers.map((fields) => ({ type: "end_attempt" as const, ...fields })) },
  { weight: 4, arbitrary: numbers.map((fields) => ({ type: "end_undo" as const, ...fields })) },
  fc.constant({ type: "tick" as const }),
  fc.constant({ type: "recover" as const }),
  fc.boolean().map((compensate) => ({ type: "cancel" as const, compensate })),
);

test("random walks: never throws, replays, ends only once, effects only while it goes on", () => {
  const walk = fc.array(fc.tuple(command, fc.constantFrom(0, 1, 900, 5_000, 61_000)), { maxLength: 40 });
  fc.assert(
    fc.property(walk, (steps) => {
      const run = new PlayRun(document);
      for (const [given, pause] of steps) {
        const ended = isTerminal(run.state.status);
        const said = run.after(pause).give(given);
        if (ended) assert.equal(said, "run_ended");
        const effects = outstanding(run.workflow, run.state);
        assert.equal(new Set(effects.map((effect) => effect.id)).size, effects.length);
        if (!isTerminal(run.state.status))
          assert.ok(effects.length > 0, "a run that goes on waits for something");
      }
      assert.equal(run.log.filter((event) => isTerminal(event.type.slice(4) as "failed")).length <= 1, true);
    }),
    { numRuns: 400 },
  );
});
