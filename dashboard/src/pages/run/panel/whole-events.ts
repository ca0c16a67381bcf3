// Events of a run with their large bodies, which the server tells only the places of.

import { type Client, type EventResource, placeInJson, type StoredBodyResource } from "dispatched/client";
import type { Json } from "dispatched/language";

/** Values by the numbers of their bodies. */
export type Bodies = ReadonlyMap<number, Json>;

/** Each body once, however often it is named. */
export function bodiesIn(events: readonly EventResource[]): readonly StoredBodyResource[] {
  const found = events.flatMap(storedOf).map((one): [number, StoredBodyResource] => [one.body, one]);
  return [...new Map(found).values()];
}

/** One after the other: each may be several megabytes. */
export async function loadBodies(
  client: Client,
  run: string,
  wanted: readonly StoredBodyResource[],
): Promise<Bodies> {
  const bodies = new Map<number, Json>();
  for (const { body } of wanted) bodies.set(body, await client.getRunBody(run, body));
  return bodies;
}

/** With each body in its place or, as long as it is not loaded, a text that says how large it is. */
export function wholeEvents(events: readonly EventResource[], bodies: Bodies): readonly EventResource[] {
  return events.map((event) => {
    const stored = storedOf(event);
    if (stored.length === 0) return event;
    const { stored: _, ...bare } = event.data;
    const data = stored.reduce<Json>((value, { pointer, body, bytes }) => {
      const known = bodies.get(body);
      return placeInJson(value, pointer, known === undefined ? `[${sizeText(bytes)}, not shown yet]` : known);
    }, bare);
    return { ...event, data } as EventResource;
  });
}

function storedOf({ data }: EventResource): readonly StoredBodyResource[] {
  return data.stored ?? [];
}

/** `1.4 MB`, in steps of 1,000. */
export function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
