// Logs that were recorded once replay in every version: the files are never edited.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { RunEvent } from "./event.ts";
import { fold } from "./evolve.ts";

interface RecordedLog {
  readonly expected: Readonly<Record<string, unknown>>;
  readonly events: readonly RunEvent[];
}

const folder = join(import.meta.dirname, "../../testdata/logs");

for (const file of readdirSync(folder)) {
  test(`recorded log ${file}`, () => {
    const { expected, events } = JSON.parse(readFileSync(join(folder, file), "utf8")) as RecordedLog;
    const state = fold(null, events);
    assert.ok(state !== null);
    const { status, seq, compensation, steps, result } = state;
    assert.deepEqual(
      {
        status,
        seq,
        compensation,
        steps: steps.map((step) => step.status),
        undo: steps.map((step) => step.undo?.status ?? null),
        accepted: steps.map((step) => step.accepted),
        unknown: steps.map((step) => step.unknown),
        output: result?.output ?? null,
      },
      expected,
    );
  });
}
