// Takes large bodies out of events, each once: what is left names them.

import type { BodyChunk } from "../ports/store.ts";
import type { Vault } from "../ports/vault.ts";
import type { RunEvent, StoredPlace } from "../run/event.ts";
import { assert } from "../value/assert.ts";
import type { Json } from "../value/json.ts";
import { jsonSize, memberSize } from "../value/json-size.ts";
import {
  demand,
  placeStored,
  placeValue,
  type StoredBody,
  spreadMembers,
  storedAt,
  storedIn,
} from "../value/stored-body.ts";
import { bytesOfBody } from "./body-bytes.ts";
import { type BodyOwner, sealChunks } from "./body-chunks.ts";
import { bodyPlaces } from "./body-places.ts";
import { hex } from "./hex.ts";
import type { RunBodies } from "./run-bodies.ts";

/** More bodies than one append can bring: each takes its number from the seq of the first event. */
const bodiesMax = 65_536;

/** The number of the first body that a batch brings. */
export function firstIdOf(firstSeq: number): number {
  return firstSeq * bodiesMax;
}

/** Seq of the first event of the batch that brought the body. */
export function firstSeqOf(id: number): number {
  return Math.floor(id / bodiesMax);
}

type Path = readonly (string | number)[];
type Holder = Record<string | number, Json>;

export interface StoredEvents {
  /** As they are stored: null stands for each body, and `stored` names it. */
  readonly events: readonly RunEvent[];
  readonly chunks: readonly BodyChunk[];
  /** What the chunks hold. */
  readonly stored: readonly (readonly [value: Json, body: StoredBody])[];
}

/**
 * `events` as they were when nothing in them is large. What a rerun carries over becomes its own: throws `BodyAway` for those
 * bodies that are not at hand.
 */
export function storeBodies(
  vault: Vault,
  of: BodyOwner,
  events: readonly RunEvent[],
  given: { readonly firstSeq: number; readonly bytesMin: number; readonly known: RunBodies["known"] },
): StoredEvents {
  const [first] = events;
  if (first?.type === "run.created" && first.rerunOf !== undefined) demand(storedIn(events));
  const store = new BodyStore(vault, of, given);
  const bare = events.map((event) => store.take(event));
  return { events: bare, chunks: store.chunks, stored: store.stored };
}

function ownerOf({ tenant, run }: BodyOwner): string {
  return `${tenant}/${run}`;
}

class BodyStore {
  readonly chunks: BodyChunk[] = [];
  readonly stored: (readonly [value: Json, body: StoredBody])[] = [];
  readonly #vault: Vault;
  readonly #of: BodyOwner;
  readonly #bytesMin: number;
  readonly #known: Map<Json, StoredBody>;
  #next: number;
  readonly #end: number;

  constructor(vault: Vault, of: BodyOwner, { firstSeq, bytesMin, known }: Parameters<typeof storeBodies>[3]) {
    this.#vault = vault;
    this.#of = of;
    this.#bytesMin = bytesMin;
    this.#known = new Map(known());
    this.#next = firstIdOf(firstSeq);
    this.#end = this.#next + bodiesMax;
  }

  take(event: RunEvent): RunEvent {
    const stored: StoredPlace[] = [];
    for (const path of bodyPlaces(event)) {
      const holder = path.slice(0, -1).reduce<unknown>((value, key) => (value as Holder)[key], event);
      this.#look(holder as Holder, path, stored);
    }
    if (stored.length === 0) return event;
    const bare: unknown = without(
      event as unknown as Holder,
      stored.map(({ path }) => path),
    );
    return { ...(bare as RunEvent), stored };
  }

  /** Finds what is to be stored, or stands apart already, at the end of `path`, or within it. */
  #look(holder: Holder, path: Path, stored: StoredPlace[]): void {
    const key = path.at(-1) as string | number;
    const there = storedAt(holder, key);
    if (there !== null && there.source.owner === ownerOf(this.#of)) {
      stored.push({ path, ...there.body });
      return;
    }
    if (there === null && memberSize(holder, key) <= this.#bytesMin) return;
    const value = holder[key] as Json;
    const known = this.#known.get(value);
    if (known !== undefined) stored.push({ path, ...known });
    else if (typeof value === "object" && value !== null && this.#holdsKnown(value)) {
      for (const name of namesIn(value)) this.#look(value as unknown as Holder, [...path, name], stored);
    } else stored.push({ path, ...this.#store(value) });
  }

  /** A part of it stands apart already: the rest of it stays where it is, as far as it is small. */
  #holdsKnown(value: object): boolean {
    return namesIn(value).some((name) => {
      if (storedAt(value, name) !== null) return true;
      const entry = (value as Holder)[name] as Json;
      if (this.#known.has(entry)) return true;
      return typeof entry === "object" && entry !== null && this.#holdsKnown(entry);
    });
  }

  #store(value: Json): StoredBody {
    const id = this.#next++;
    assert(id < this.#end, "an append brings fewer bodies than it has numbers for");
    const { kind, content } = bytesOfBody(value);
    const chunks = sealChunks(this.#vault, this.#of, id, content, this.#bytesMin);
    const digest = hex(this.#vault.digest(content));
    const body = { id, kind, bytes: content.length, chunks: chunks.length, size: jsonSize(value), digest };
    this.chunks.push(...chunks);
    this.stored.push([value, body]);
    this.#known.set(value, body);
    return body;
  }
}

function namesIn(value: object): readonly (string | number)[] {
  return Array.isArray(value) ? [...value.keys()] : Object.keys(value);
}

/** A copy of `value` with null at the ends of `paths`; what is beside them is shared, and no stored body is read. */
function without(value: Holder, paths: readonly Path[]): Holder {
  const below = new Map<string | number, Path[]>();
  for (const [key = "", ...rest] of paths) {
    const known = below.get(key);
    if (known === undefined) below.set(key, [rest]);
    else known.push(rest);
  }
  const copy = Array.isArray(value) ? listOf(value) : (spreadMembers({}, value) as Holder);
  for (const [key, rests] of below) {
    const isEnd = rests.some(({ length }) => length === 0);
    placeValue(copy, key, isEnd ? null : (without(value[key] as unknown as Holder, rests) as Json));
  }
  return copy;
}

/** The same entries, those that stand apart unread. */
function listOf(list: Holder & readonly Json[]): Holder {
  const copy = Array.from({ length: list.length }, (): Json => null);
  for (let place = 0; place < list.length; place++) {
    const stored = storedAt(list, place);
    if (stored === null) copy[place] = list[place] as Json;
    else placeStored(copy, place, stored);
  }
  return copy as unknown as Holder;
}

/** Has the members of a stored event read its bodies from `source`. */
export function placeBodies(event: RunEvent, source: RunBodies): RunEvent {
  for (const { path, ...body } of event.stored ?? []) {
    const holder = path.slice(0, -1).reduce<unknown>((value, key) => (value as Holder)[key], event);
    assert(typeof holder === "object" && holder !== null, "an event has the members that it names");
    placeStored(holder, path.at(-1) as string, { source, body });
  }
  return event;
}
