// Bodies that stand apart from their events, put back by what the events say of them, and by nothing of the engine.

import type { RunRecord } from "../store/memory/run-record.ts";

export interface NamedBody {
  readonly path: readonly string[];
  readonly id: number;
  readonly kind: string;
  readonly chunks: number;
  readonly bytes: number;
}

type Holder = Record<string, unknown>;

/** The bytes of each body, as they stand on the disk. */
export function contentsOf({ chunks }: RunRecord): ReadonlyMap<number, readonly Buffer[]> {
  const contents = new Map<number, Buffer[]>();
  for (const { body, sealed } of chunks) {
    const content = Buffer.from(sealed.subarray(sealed.indexOf(0) + 1));
    const known = contents.get(body);
    if (known === undefined) contents.set(body, [content]);
    else known.push(content);
  }
  return contents;
}

function bodyValue(kind: string, content: Buffer): unknown {
  if (kind === "base64") return content.toString("base64");
  if (kind === "text") return content.toString();
  try {
    return JSON.parse(content.toString());
  } catch {
    // What was cut is told by `checkBodiesApart`.
    return null;
  }
}

/** Events of a run as they were decided. What is missing stays null. */
export function withBodiesOf<Event extends object>(
  stored: RunRecord,
  events: readonly Event[],
): readonly Event[] {
  if (stored.chunks.length === 0) return events;
  const contents = contentsOf(stored);
  for (const event of events) {
    for (const { path, id, kind } of namedBy(event)) {
      const content = contents.get(id);
      if (content === undefined) continue;
      const holder = path.slice(0, -1).reduce<unknown>((value, key) => (value as Holder)[key], event);
      (holder as Holder)[path.at(-1) as string] = bodyValue(kind, Buffer.concat(content));
    }
  }
  return events;
}

export function namedBy(event: object): readonly NamedBody[] {
  return ((event as Holder)["stored"] ?? []) as readonly NamedBody[];
}
