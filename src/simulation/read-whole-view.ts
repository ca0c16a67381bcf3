// A run as its caller sees it who reads every body that stands apart.

import { bodyOfBytes } from "../engine/body-bytes.ts";
import type { Engine } from "../engine/engine.ts";
import type { RunView } from "../run/run-view.ts";
import type { TenantId } from "../value/id.ts";

type Holder = Record<string | number, unknown>;

/** Errors: those of the engine, when a body cannot be read. */
export async function readWholeView(engine: Engine, tenant: TenantId, view: RunView): Promise<RunView> {
  const [first] = view.stored ?? [];
  if (view.stored === undefined || first === undefined) return view;
  // The event that names a body is read for the first one only: a list may have a thousand in one append.
  const { source } = await engine.review.readBody(tenant, view.id as never, first.id);
  for (const { path, ...body } of view.stored) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.chunks(body)) chunks.push(chunk);
    const holder = path.slice(0, -1).reduce<unknown>((value, key) => (value as Holder)[key], view);
    (holder as Holder)[path.at(-1) as string] = bodyOfBytes(body.kind, Buffer.concat(chunks));
  }
  return view;
}
