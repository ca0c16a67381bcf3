// Large bodies stand where they belong once they are loaded; before, a text says how large they are.

import "../../../../../test/dashboard/dispatched-subpaths.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { bodiesIn, sizeText, wholeEvents } = await import("./whole-events.ts");

type Events = Parameters<typeof bodiesIn>[0];

const stored = (pointer: string, body: number) => ({
  ...{ pointer, body, kind: "json", bytes: 1_400_000 },
  location: `/api/runs/run_1/bodies/${body}`,
});

const events = [
  {
    seq: 1,
    type: "step.started",
    at: "",
    step: "a",
    data: { request: { body: { type: "json", value: null } }, stored: [stored("/request/body/value", 7)] },
  },
  {
    seq: 2,
    type: "step.succeeded",
    at: "",
    step: "a",
    data: { result: { body: null }, stored: [stored("/result/body", 8)] },
  },
  {
    seq: 3,
    type: "run.completed",
    at: "",
    step: null,
    data: { output: null, stored: [stored("/output", 8)] },
  },
] as unknown as Events;

test("each body is named once", () => {
  assert.deepEqual(
    bodiesIn(events).map(({ body }) => body),
    [7, 8],
  );
});

test("what is not loaded is told by its size, and the rest stands in its place", () => {
  const [started, succeeded, completed] = wholeEvents(events, new Map([[8, { ok: true }]]));
  assert.deepEqual(started?.data, { request: { body: { type: "json", value: "[1.4 MB, not shown yet]" } } });
  assert.deepEqual(succeeded?.data, { result: { body: { ok: true } } });
  assert.deepEqual(completed?.data, { output: { ok: true } });
});

test("a body that is null is loaded all the same", () => {
  assert.deepEqual(wholeEvents(events.slice(2), new Map([[8, null]]))[0]?.data, { output: null });
});

test("sizes are told in steps of a thousand", () => {
  assert.deepEqual(
    [sizeText(65_537), sizeText(999_999), sizeText(5_242_880)],
    ["66 KB", "1000 KB", "5.2 MB"],
  );
});
