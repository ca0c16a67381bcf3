// A run and its events with every body where it belongs, to be read while they are sent.

import type { EngineApi, EventView } from "../engine/engine-api.ts";
import type { StoredPlace } from "../run/event.ts";
import type { RunView } from "../run/run-view.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { placeStored, type StoredMember } from "../value/stored-body.ts";
import { eventJson, runJson } from "./api-json.ts";

type Holder = Readonly<Record<string, unknown>>;

/** No body is read yet. Errors: `body_not_found`, and those of reading events. */
export async function wholeRecord(
  engine: EngineApi,
  tenant: TenantId,
  { view, events }: { readonly view: RunView; readonly events: readonly EventView[] },
): Promise<{ readonly run: Json; readonly events: readonly Json[] }> {
  const known = new Map<number, StoredMember>();
  const placed = async (value: Json, places: readonly StoredPlace[]): Promise<Json> => {
    for (const { path, id } of places) {
      const member = known.get(id) ?? (await engine.review.readBody(tenant, view.id as RunId, id));
      known.set(id, member);
      const holder = path.slice(0, -1).reduce<unknown>((inner, key) => (inner as Holder)[key], value);
      placeStored(holder as object, path.at(-1) as string, member);
    }
    return value;
  };
  const run = await placed(runJson({ ...view, stored: [] }), view.stored ?? []);
  const whole: Json[] = [];
  for (const event of events) {
    const { stored, ...data } = event.data as JsonObject;
    const places = (stored ?? []) as unknown as readonly StoredPlace[];
    const told = eventJson(view.id, { ...event, data }) as { readonly data: Json };
    // Into what was copied, last: a copy would read them.
    await placed(told.data, places);
    whole.push(told);
  }
  return { run, events: whole };
}
