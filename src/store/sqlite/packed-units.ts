// The units of an append as one array of bytes: handed to the writer's thread without a copy, and read there as views.

import type { AppendUnit, BodyChunk, RunBirth, UnitExtra } from "../../ports/store.ts";
import { assert } from "../../value/assert.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter, numberBytesMax } from "./byte-writer.ts";
import { packExtra, unpackExtra } from "./packed-extra.ts";
import { statusNumber } from "./rows.ts";
import { packSummaries } from "./summaries.ts";

/** A unit as the writer's thread sees it: ids as text, the rest as it is stored. */
export interface PackedUnit {
  readonly tenant: string;
  readonly run: string;
  readonly fence: number;
  readonly expectedSeq: number;
  /** Above `lastSeq` when the unit brings no events. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly status: number;
  readonly held: boolean;
  readonly left: boolean;
  readonly doing: number;
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  readonly failure: Uint8Array | null;
  readonly summaries: Uint8Array;
  readonly sealed: Uint8Array;
  readonly birth: PackedBirth | null;
  readonly extra: UnitExtra | null;
  readonly chunks: readonly BodyChunk[];
}

export interface PackedBirth {
  readonly createdAt: number;
  readonly version: number;
  readonly workflow: Uint8Array;
  readonly key: Uint8Array;
  readonly live: Uint8Array | null;
  readonly attended: boolean;
  readonly card: Uint8Array;
  readonly startKey: Uint8Array | null;
  readonly labels: readonly Uint8Array[];
  readonly retentionMs: number;
  readonly root: string | null;
}

const held = 1;
const born = 2;
const keyed = 4;
const eventless = 8;
const more = 16;
const failed = 32;
const bodied = 64;
const left = 128;

/** Of a birth. */
const rooted = 1;
const live = 2;
const attended = 4;

const nothing = new Uint8Array(0);
const noChunks: readonly BodyChunk[] = [];

/** Room for all numbers and lengths of a unit. */
const unitNumbersMax = 24 * numberBytesMax;

/** What a unit packs that has to be made first. */
interface Parts {
  readonly summaries: Uint8Array;
  readonly extra: Uint8Array | null;
}

export function packUnits(units: readonly AppendUnit[]): Uint8Array<ArrayBuffer> {
  const parts = units.map(partsOf);
  let size = 0;
  units.forEach((unit, index) => {
    const { summaries, extra } = parts[index] as Parts;
    size += sizeOf(unit) + summaries.length + (extra?.length ?? 0);
  });
  const writer = new ByteWriter(size);
  units.forEach((unit, index) => {
    writeUnit(writer, unit, parts[index] as Parts);
  });
  return writer.written;
}

function partsOf({ batch, extra }: AppendUnit): Parts {
  return {
    summaries: batch === null ? nothing : packSummaries(batch.firstSeq, batch.summaries),
    extra: extra === null ? null : packExtra(extra),
  };
}

/** At most so many bytes, without the parts. */
function sizeOf({ tenant, run, batch, birth, head, chunks = [] }: AppendUnit): number {
  const bodies = chunks.reduce((sum, { sealed }) => sum + sealed.length + 3 * numberBytesMax, 0);
  const bytes = (batch?.sealed.length ?? 0) + (head.failure?.length ?? 0) + bodies;
  const size = unitNumbersMax + tenant.length + run.length + bytes;
  if (birth === null) return size;
  const { workflow, key, live, card, startKey, labels, root } = birth;
  const labelBytes = labels.reduce((sum, label) => sum + label.length + numberBytesMax, 0);
  return (
    size +
    workflow.length +
    key.length +
    (live?.length ?? 0) +
    card.length +
    (startKey?.length ?? 0) +
    labelBytes +
    (root?.length ?? 0)
  );
}

function writeUnit(writer: ByteWriter, unit: AppendUnit, { summaries, extra }: Parts): void {
  const { tenant, run, fence, expectedSeq, birth, batch, head, chunks = [] } = unit;
  const startKey = birth?.startKey ?? null;
  writer.byte(
    (head.held ? held : 0) |
      (birth === null ? 0 : born) |
      (startKey === null ? 0 : keyed) |
      (batch === null ? eventless : 0) |
      (extra === null ? 0 : more) |
      (head.failure === null ? 0 : failed) |
      (chunks.length === 0 ? 0 : bodied) |
      (head.left === true ? left : 0),
  );
  writer.id(tenant);
  writer.id(run);
  writer.count(fence);
  writer.count(expectedSeq);
  writer.byte(statusNumber(head.status));
  writer.byte(head.doing);
  writer.number(head.dueAt);
  writer.number(head.endedAt);
  if (head.failure !== null) writer.bytes(head.failure);
  if (batch !== null) {
    assert(batch.firstSeq === expectedSeq + 1, "a batch follows the seq that its unit expects");
    assert(batch.summaries.length === batch.lastSeq - expectedSeq, "a batch has a summary for each event");
    writer.count(batch.lastSeq);
    writer.bytes(summaries);
    writer.bytes(batch.sealed);
  }
  if (birth !== null) writeBirth(writer, birth);
  if (extra !== null) writer.bytes(extra);
  if (chunks.length > 0) writeChunks(writer, chunks);
}

function writeChunks(writer: ByteWriter, chunks: readonly BodyChunk[]): void {
  writer.count(chunks.length);
  for (const { body, chunk, sealed } of chunks) {
    writer.count(body);
    writer.count(chunk);
    writer.bytes(sealed);
  }
}

function readChunks(reader: ByteReader): readonly BodyChunk[] {
  return Array.from({ length: reader.count() }, () => {
    const [body, chunk] = [reader.count(), reader.count()];
    return { body, chunk, sealed: reader.bytes() };
  });
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
  writer.count(birth.retentionMs);
  writer.byte(
    (birth.root === null ? 0 : rooted) | (birth.live === null ? 0 : live) | (birth.attended ? attended : 0),
  );
  if (birth.root !== null) writer.id(birth.root);
  if (birth.live !== null) writer.bytes(birth.live);
}

export function unpackUnits(packed: Uint8Array, count: number): readonly PackedUnit[] {
  const reader = new ByteReader(packed);
  return Array.from({ length: count }, () => readUnit(reader));
}

function readUnit(reader: ByteReader): PackedUnit {
  const flags = reader.byte();
  const [tenant, run, fence, expectedSeq] = [reader.id(), reader.id(), reader.count(), reader.count()];
  const [status, doing, dueAt, endedAt] = [reader.byte(), reader.byte(), reader.number(), reader.number()];
  const failure = (flags & failed) === 0 ? null : reader.bytes();
  const hasEvents = (flags & eventless) === 0;
  return {
    tenant,
    run,
    fence,
    expectedSeq,
    firstSeq: expectedSeq + 1,
    status,
    doing,
    held: (flags & held) !== 0,
    left: (flags & left) !== 0,
    dueAt,
    endedAt,
    failure,
    lastSeq: hasEvents ? reader.count() : expectedSeq,
    summaries: hasEvents ? reader.bytes() : nothing,
    sealed: hasEvents ? reader.bytes() : nothing,
    birth: (flags & born) === 0 ? null : readBirth(reader, (flags & keyed) !== 0),
    extra: (flags & more) === 0 ? null : unpackExtra(reader.bytes()),
    chunks: (flags & bodied) === 0 ? noChunks : readChunks(reader),
  };
}

function readBirth(reader: ByteReader, hasStartKey: boolean): PackedBirth {
  const birth = {
    createdAt: reader.number() ?? 0,
    version: reader.count(),
    workflow: reader.bytes(),
    key: reader.bytes(),
    card: reader.bytes(),
    startKey: hasStartKey ? reader.bytes() : null,
    labels: Array.from({ length: reader.count() }, () => reader.bytes()),
    retentionMs: reader.count(),
  };
  const flags = reader.byte();
  return {
    ...birth,
    root: (flags & rooted) === 0 ? null : reader.id(),
    live: (flags & live) === 0 ? null : reader.bytes(),
    attended: (flags & attended) !== 0,
  };
}
