// What every sealed value is bound to: the one place where associated data are built.

import type { Place } from "../ports/vault.ts";
import { FieldWriter } from "./field-writer.ts";

/** `value`: sealed by a data key. `key`: a data key, wrapped. `code`: a text of which a data key makes a code. */
export type Purpose = "value" | "key" | "code";

const names = { value: "dispatched/v1/value", key: "dispatched/v1/key", code: "dispatched/v1/code" } as const;

const writer = new FieldWriter();
const nothing = new Uint8Array(0);

/**
 * The associated data of a sealed value or wrapped key: purpose, tenant, table, column, row, version, id of the key
 * that seals, id of the key that is sealed (empty for values), each led by its length. The purpose names the format's
 * version. Valid until the next call.
 */
export function associatedData(
  purpose: Purpose,
  place: Place,
  keyId: Uint8Array,
  sealedKeyId: Uint8Array = nothing,
): Uint8Array {
  writer.start();
  writer.text(names[purpose]);
  writer.text(place.tenant);
  writer.text(place.table);
  writer.text(place.column);
  writer.text(place.row);
  writer.count(place.version);
  writer.bytes(keyId);
  writer.bytes(sealedKeyId);
  return writer.finish();
}
