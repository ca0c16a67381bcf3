// Members of values whose content stands elsewhere: read like any other once it is at hand, moved without being read.

import type { Json } from "./json.ts";

/** What is known of a stored body without its content. */
export interface StoredBody {
  /** Within its run. */
  readonly id: number;
  /** `json`: JSON text; `text`: the text; `base64`: the bytes that the text stands for. */
  readonly kind: "json" | "text" | "base64";
  /** As it is stored, and as it is sent where it is passed on as that kind. */
  readonly bytes: number;
  /** Pieces that it is stored in, at least 1. */
  readonly chunks: number;
  /** As `jsonSize` counts the value. */
  readonly size: number;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly digest: string;
}

/** Where bodies of one run stand. */
export interface BodySource {
  /** Tenant and run. */
  readonly owner: string;
  /** The value, when it is at hand. */
  atHand(body: StoredBody): Json | undefined;
  /** Brings it to hand. Errors: `sealed_data_damaged`, and those of the store. */
  load(body: StoredBody): Promise<void>;
  /** Its bytes, a chunk at a time. Errors: as of `load`, before the last chunk is given. */
  chunks(body: StoredBody): AsyncIterable<Uint8Array>;
  /** From now until `letGo` of the same holder what was brought to hand stays there. */
  hold(): void;
  /** Nothing is at hand any more when the last holder has let go. */
  letGo(): void;
}

/** A body in its place. */
export interface StoredMember {
  readonly source: BodySource;
  readonly body: StoredBody;
}

/** Thrown by reading what is not at hand: whoever can wait brings all of it to hand and reads again. */
export class BodyAway extends Error {
  /** Not empty. */
  readonly stored: readonly StoredMember[];

  constructor(...stored: readonly StoredMember[]) {
    super(stored.map(({ source, body }) => `body ${body.id} of ${source.owner} is not at hand`).join("; "));
    this.name = "BodyAway";
    this.stored = stored;
  }
}

type Key = string | number;

const members = new WeakMap<object, Map<string, StoredMember>>();

/** Has the member `key` of `target` read `stored`. */
export function placeStored(target: object, key: Key, stored: StoredMember): void {
  const { source, body } = stored;
  const get = (): Json => {
    const value = source.atHand(body);
    if (value === undefined) throw new BodyAway(stored);
    return value;
  };
  Object.defineProperty(target, key, { get, enumerable: true, configurable: true });
  const known = members.get(target) ?? new Map<string, StoredMember>();
  known.set(String(key), stored);
  members.set(target, known);
}

/** Puts `value` in the place of a stored body. */
export function placeValue(target: object, key: Key, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  members.get(target)?.delete(String(key));
}

/** Whether any of its own members may stand elsewhere. */
export function holdsMembers(target: object): boolean {
  return members.has(target);
}

/** Null for a member that stands where it is. */
export function storedAt(target: object, key: Key): StoredMember | null {
  return members.get(target)?.get(String(key)) ?? null;
}

/** `target` with the member `from` of `source` as its `key`, unread. */
export function withMember<Target extends object>(
  target: Target,
  key: keyof Target & string,
  source: object,
  from: string,
): Target {
  const stored = storedAt(source, from);
  if (stored === null) Object.assign(target, { [key]: (source as Readonly<Record<string, unknown>>)[from] });
  else placeStored(target, key, stored);
  return target;
}

/** `{...base, ...from}`, with stored bodies moved and not read. */
export function spreadMembers<Base extends object, From extends object>(base: Base, from: From): Base & From {
  if (!members.has(from)) return { ...base, ...from };
  const target = { ...base } as Base & From;
  for (const key of Object.keys(from)) withMember(target, key as keyof (Base & From) & string, from, key);
  return target;
}

/** Stored bodies in `value`, unread. */
export function storedIn(value: unknown): readonly StoredMember[] {
  const found: StoredMember[] = [];
  const look = (holder: unknown) => {
    if (typeof holder !== "object" || holder === null) return;
    const own = members.get(holder);
    for (const key of Object.keys(holder)) {
      const stored = own?.get(key);
      if (stored === undefined) look((holder as Readonly<Record<string, unknown>>)[key]);
      else found.push(stored);
    }
  };
  look(value);
  return found;
}

/** Throws one `BodyAway` for all of them that are not at hand. */
export function demand(stored: readonly StoredMember[]): void {
  const away = stored.filter(({ source, body }) => source.atHand(body) === undefined);
  if (away.length > 0) throw new BodyAway(...away);
}

/** `value` with every stored body in it read. What has none in it is not copied, nor is a body: both are shared. */
export function copyJson<Value>(value: Value): Value {
  const stored = storedIn(value);
  demand(stored);
  return stored.length === 0 ? value : (plainOf(value) as Value);
}

function plainOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const own = members.get(value);
  let isPlain = true;
  const entries = Object.keys(value).map((key): [string, unknown] => {
    const entry = (value as Readonly<Record<string, unknown>>)[key];
    const isStored = own?.has(key) === true;
    const plain = isStored ? entry : plainOf(entry);
    if (isStored || plain !== entry) isPlain = false;
    return [key, plain];
  });
  if (isPlain) return value;
  return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
}

/** What `read` gives, with every body that it reads brought to hand first, and let go afterwards. */
export async function withBodies<Result>(read: () => Result): Promise<Result> {
  const sources = new Set<BodySource>();
  try {
    for (;;) {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof BodyAway)) throw error;
        for (const { source, body } of error.stored) {
          if (!sources.has(source)) source.hold();
          sources.add(source);
          await source.load(body);
        }
      }
    }
  } finally {
    for (const source of sources) source.letGo();
  }
}
