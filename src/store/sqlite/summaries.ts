// Summaries of a batch as bytes: three or four an event. What the row says already, the seqs, is left out.

import type { EventSummary } from "../../ports/store.ts";
import { assert } from "../../value/assert.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

/**
 * Types of events by their number, from 1. It is a part of the stored form: types are added at its end and none is ever
 * moved. A type that is not here is written as text, under the number 0.
 */
const types: readonly string[] = [
  "run.created",
  "run.started",
  "run.completed",
  "run.failed",
  "run.cancelled",
  "run.timed_out",
  "run.cancel_requested",
  "run.compensating",
  "run.ending",
  "step.started",
  "step.succeeded",
  "step.failed",
  "step.retrying",
  "step.skipped",
  "step.cancelled",
  "compensation.started",
  "compensation.succeeded",
  "compensation.failed",
  "compensation.retrying",
  "item.started",
  "item.succeeded",
  "item.failed",
  "item.retrying",
  "item.polled",
  "item.cancelled",
  "strategy.started",
  "step.polled",
  "step.rejected",
  "step.carried",
  "value.computed",
  "wait.started",
  "wait.ended",
  "wait.timed_out",
  "wait.ignored",
  "signal.received",
  "sleep.started",
  "child.started",
  "child.ended",
  "directive.received",
  "run.queued",
  "run.paused",
  "run.resumed",
  "run.responded",
  "compensation.requested",
  "compensation.ended",
  "step.paged",
  "item.paged",
  "wait.passed_over",
];
const numbers: ReadonlyMap<string, number> = new Map(types.map((type, index) => [type, index + 1]));

/** Number, step and two times, each at its largest. */
const eventBytesMax = 24;

export function packSummaries(firstSeq: number, summaries: readonly EventSummary[]): Uint8Array {
  let size = 0;
  for (const { type } of summaries) size += eventBytesMax + (numbers.has(type) ? 0 : 3 * type.length);
  const writer = new ByteWriter(size);
  let [seq, before] = [firstSeq, 0];
  for (const summary of summaries) {
    assert(summary.seq === seq, "the events of a batch follow each other");
    const number = numbers.get(summary.type);
    writer.count(number ?? 0);
    if (number === undefined) writer.bytes(Buffer.from(summary.type));
    writer.count(summary.step === null ? 0 : summary.step + 1);
    writer.difference(summary.at - before);
    before = summary.at;
    seq++;
  }
  return writer.written;
}

export function unpackSummaries(
  firstSeq: number,
  lastSeq: number,
  packed: Uint8Array,
): readonly EventSummary[] {
  const reader = new ByteReader(packed);
  const summaries: EventSummary[] = [];
  let at = 0;
  for (let seq = firstSeq; seq <= lastSeq; seq++) {
    const number = reader.count();
    const type = number === 0 ? reader.bytes().toString() : (types[number - 1] as string);
    const step = reader.count() - 1;
    at += reader.difference();
    summaries.push({ seq, type, step: step === -1 ? null : step, at });
  }
  return summaries;
}
