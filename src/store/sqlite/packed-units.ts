// The units of an append as one array of bytes: handed to the writer's thread without a copy, and read there as views.

import type { AppendUnit, RunBirth } from "../../ports/store.ts";
import { assert } from "../../value/assert.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter, numberBytesMax } from "./byte-writer.ts";
import { statusNumber } from "./rows.ts";
import { packSummaries } from "./summaries.ts";

/** A unit as the writer's thread sees it: ids as text, the rest as it is stored. */
export interface PackedUnit {
  readonly tenant: string;
  readonly run: string;
  readonly fence: number;
  readonly expectedSeq: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly status: number;
  readonly held: boolean;
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  readonly summaries: Uint8Array;
  readonly sealed: Uint8Array;
  readonly birth: PackedBirth | null;
}

export interface PackedBirth {
  readonly createdAt: number;
  readonly version: number;
  readonly workflow: Uint8Array;
  readonly key: Uint8Array;
  readonly card: Uint8Array;
  readonly startKey: Uint8Array | null;
  readonly labels: readonly Uint8Array[];
}

const held = 1;
const born = 2;
const keyed = 4;

/** Room for all numbers and lengths of a unit. */
const unitNumbersMax = 24 * numberBytesMax;

export function packUnits(units: readonly AppendUnit[]): Uint8Array<ArrayBuffer> {
  const summaries = units.map(({ batch }) => packSummaries(batch.firstSeq, batch.summaries));
  let size = 0;
  units.forEach((unit, index) => {
    size += sizeOf(unit) + (summaries[index] as Uint8Array).length;
  });
  const writer = new ByteWriter(size);
  units.forEach((unit, index) => {
    writeUnit(writer, unit, summaries[index] as Uint8Array);
  });
  return writer.written;
}

/** At most so many bytes, without the summaries. */
function sizeOf({ tenant, run, batch, birth }: AppendUnit): number {
  const size = unitNumbersMax + tenant.length + run.length + batch.sealed.length;
  if (birth === null) return size;
  const { workflow, key, card, startKey, labels } = birth;
  const labelBytes = labels.reduce((sum, label) => sum + label.length + numberBytesMax, 0);
  return size + workflow.length + key.length + card.length + (startKey?.length ?? 0) + labelBytes;
}

function writeUnit(writer: ByteWriter, unit: AppendUnit, summaries: Uint8Array): void {
  const { tenant, run, fence, expectedSeq, birth, batch, head } = unit;
  assert(batch.firstSeq === expectedSeq + 1, "a batch follows the seq that its unit expects");
  assert(batch.summaries.length === batch.lastSeq - expectedSeq, "a batch has a summary for each event");
  const startKey = birth?.startKey ?? null;
  writer.byte((head.held ? held : 0) | (birth === null ? 0 : born) | (startKey === null ? 0 : keyed));
  writer.id(tenant);
  writer.id(run);
  writer.count(fence);
  writer.count(expectedSeq);
  writer.count(batch.lastSeq);
  writer.byte(statusNumber(head.status));
  writer.number(head.dueAt);
  writer.number(head.endedAt);
  writer.bytes(summaries);
  writer.bytes(batch.sealed);
  if (birth !== null) writeBirth(writer, birth);
}

function writeBirth(writer: ByteWriter, birth: RunBirth): void {
  writer.number(birth.createdAt);
  writer.count(birth.version);
  writer.bytes(birth.workflow);
  writer.bytes(birth.key);
  writer.bytes(birth.card);
  if (birth.startKey !== null) writer.bytes(birth.startKey);
  writer.count(birth.labels.length);
  for (const label of birth.labels) writer.bytes(label);
}

export function unpackUnits(packed: Uint8Array, count: number): readonly PackedUnit[] {
  const reader = new ByteReader(packed);
  return Array.from({ length: count }, () => readUnit(reader));
}

function readUnit(reader: ByteReader): PackedUnit {
  const flags = reader.byte();
  const [tenant, run, fence, expectedSeq] = [reader.id(), reader.id(), reader.count(), reader.count()];
  return {
    tenant,
    run,
    fence,
    expectedSeq,
    firstSeq: expectedSeq + 1,
    lastSeq: reader.count(),
    status: reader.byte(),
    held: (flags & held) !== 0,
    dueAt: reader.number(),
    endedAt: reader.number(),
    summaries: reader.bytes(),
    sealed: reader.bytes(),
    birth: (flags & born) === 0 ? null : readBirth(reader, (flags & keyed) !== 0),
  };
}

function readBirth(reader: ByteReader, hasStartKey: boolean): PackedBirth {
  return {
    createdAt: reader.number() ?? 0,
    version: reader.count(),
    workflow: reader.bytes(),
    key: reader.bytes(),
    card: reader.bytes(),
    startKey: hasStartKey ? reader.bytes() : null,
    labels: Array.from({ length: reader.count() }, () => reader.bytes()),
  };
}
