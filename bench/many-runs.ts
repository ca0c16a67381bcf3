// Runs for measuring lists: some of every filter are many, some few, and some that are many have none in common.

import { createHash } from "node:crypto";
import type { AppendUnit, Fence } from "../src/ports/store.ts";
import { doings } from "../src/run/doing.ts";
import type { RunStatus } from "../src/run/status.ts";
import { newRunId, newTenantId } from "../src/value/id.ts";

/** When the first was made (milliseconds since 1970); each other a millisecond after the one before. */
export const epoch = 1_750_000_000_000;
const bytes = (size: number) => crypto.getRandomValues(new Uint8Array(size));
/** Always the same of a name, so that a kept database is found by them. */
const hashOf = (name: string) => new Uint8Array(createHash("sha256").update(name).digest().subarray(0, 16));
export const tenant = newTenantId(epoch, new Uint8Array(10));
/** Six of seven runs, the others, none. */
export const workflows = {
  most: hashOf("workflow most"),
  other: hashOf("workflow other"),
  none: hashOf("workflow none"),
};
const some = Array.from({ length: 1_000 }, (_, number) => hashOf(`label ${number}`));
/** Of all runs, of a thousandth (the tenth of a thousand labels), of a few; of half of those of `most` alone; of those that go on and do not retry. */
export const labels = {
  all: hashOf("label all"),
  tenth: some[10] as Uint8Array,
  few: hashOf("label few"),
  half: hashOf("label half"),
  apart: hashOf("label apart"),
};
export const failures = {
  often: hashOf("failure often"),
  seldom: hashOf("failure seldom"),
  other: hashOf("failure other"),
};
const card = bytes(110);
const sealed = bytes(200);

/** Most have completed, others ended badly; a tenth goes on, and does one thing or another. */
function statusOf(number: number): RunStatus {
  if (number % 10 === 0) {
    return (
      (["running", "waiting", "paused", "compensating", "queued"] as const)[(number / 10) % 5] ?? "running"
    );
  }
  if (number % 50 === 1) return "failed";
  if (number % 50 === 2) return "cancelled";
  return number % 500 === 3 ? "timed_out" : "completed";
}

/** Each kind with each status, but none polls that is paused. */
function doingOf(number: number, status: RunStatus): number {
  const kind = Math.floor(number / 50) % 8;
  if (number % 10 !== 0 || kind >= doings.length || (kind === 5 && status === "paused")) return 0;
  return 1 << kind;
}

function labelsOf(number: number, doing: number): readonly Uint8Array[] {
  const isOther = number % 7 === 0;
  return [
    labels.all,
    some[number % some.length] as Uint8Array,
    ...(number % 100_000 === 10 ? [labels.few] : []),
    ...(number % 2 === 0 && !isOther ? [labels.half] : []),
    ...(number % 10 === 0 && !isOther && (doing & 1) === 0 ? [labels.apart] : []),
  ];
}

/** A group is of one workflow. */
function failureOf(number: number, status: RunStatus): Uint8Array | null {
  if (status !== "failed" && status !== "timed_out") return null;
  if (number % 7 === 0) return failures.other;
  return number % 5_000 === 1 ? failures.seldom : failures.often;
}

/** A ten-thousandth is overdue. */
function dueAtOf(number: number): number | null {
  return number % 10_000 === 40 ? epoch + number : number % 100 === 50 ? epoch + 1e12 : null;
}

export function unitOf(fence: Fence, number: number): AppendUnit {
  const live = number % 10 === 0;
  const status = statusOf(number);
  const doing = doingOf(number, status);
  const createdAt = epoch + number;
  const failure = failureOf(number, status);
  return {
    tenant,
    run: newRunId(createdAt, bytes(10)),
    fence,
    expectedSeq: 0,
    birth: {
      createdAt,
      key: bytes(77),
      live: null,
      attended: false,
      card,
      workflow: number % 7 === 0 ? workflows.other : workflows.most,
      version: 1,
      startKey: null,
      retentionMs: 1e12,
      root: null,
      labels: labelsOf(number, doing),
    },
    batch: {
      firstSeq: 1,
      lastSeq: 1,
      summaries: [{ seq: 1, type: "run.created", step: null, at: createdAt }],
      sealed,
    },
    head: { status, dueAt: dueAtOf(number), held: false, doing, endedAt: live ? null : createdAt, failure },
    extra: null,
  };
}
