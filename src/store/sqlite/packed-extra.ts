// What a unit changes besides its run, as bytes. It is rare: JSON will do.

import type { SlotChange } from "../../ports/slot-change.ts";
import type { UnitExtra } from "../../ports/store.ts";
import type { RunId } from "../../value/id.ts";
import { hex } from "../hex.ts";

/** Bytes are in hexadecimal. */
interface ExtraText {
  readonly pokes: readonly RunId[];
  readonly topics: readonly string[] | null;
  readonly slot: (Omit<SlotChange, "key"> & { readonly key: string }) | null;
  readonly live: string | null;
  readonly item: number | null;
  readonly keeps: readonly KeptText[];
}

interface KeptText {
  readonly run: RunId;
  readonly key: string;
  readonly live: string | null;
}

export function packExtra({ pokes, topics, slot, live, item, keeps }: UnitExtra): Uint8Array {
  const text: ExtraText = {
    pokes,
    topics: topics?.map(hex) ?? null,
    slot: slot === null ? null : { ...slot, key: hex(slot.key) },
    live: live === null ? null : hex(live),
    item,
    keeps: keeps.map(({ run, key, live: kept }) => {
      return { run, key: hex(key), live: kept === null ? null : hex(kept) };
    }),
  };
  return Buffer.from(JSON.stringify(text));
}

export function unpackExtra(packed: Buffer): UnitExtra {
  const { pokes, topics, slot, live, item, keeps } = JSON.parse(packed.toString()) as ExtraText;
  return {
    pokes,
    topics: topics?.map(bytesOf) ?? null,
    slot: slot === null ? null : { ...slot, key: bytesOf(slot.key) },
    live: live === null ? null : bytesOf(live),
    item,
    keeps: keeps.map(({ run, key, live: kept }) => {
      return { run, key: bytesOf(key), live: kept === null ? null : bytesOf(kept) };
    }),
  };
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "hex");
}
