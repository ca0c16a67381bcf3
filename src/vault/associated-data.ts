// What every sealed value is bound to: the one place where associated data are built.

import type { Place } from "../ports/vault.ts";
import { FieldWriter } from "./field-writer.ts";

/**
 * `value`: sealed by a data key. `key`: a data key, wrapped. `derived`: a data key, derived. `code`: a text of which a data
 * key makes a code.
 */
export type Purpose = "value" | "key" | "derived" | "code";

const nothing = new Uint8Array(0);

/** Of one purpose: the fields that are nearly always those of the time before are not written again. */
class Writer {
  readonly #purpose: string;
  readonly #fields = new FieldWriter();
  #last: Pick<Place, "tenant" | "table" | "column"> | null = null;
  #rowAt = 0;

  constructor(purpose: string) {
    this.#purpose = purpose;
  }

  write(
    { tenant, table, column, row, version }: Place,
    keyId: Uint8Array,
    sealedKeyId: Uint8Array,
  ): Uint8Array {
    const fields = this.#fields;
    const last = this.#last;
    if (last !== null && last.tenant === tenant && last.table === table && last.column === column) {
      fields.start(this.#rowAt);
    } else {
      this.#last = null;
      fields.start();
      for (const text of [this.#purpose, tenant, table, column]) fields.text(text);
      this.#rowAt = fields.end;
      this.#last = { tenant, table, column };
    }
    fields.text(row);
    fields.count(version);
    fields.bytes(keyId);
    fields.bytes(sealedKeyId);
    return fields.finish();
  }
}

const writers = {
  value: new Writer("dispatched/v1/value"),
  key: new Writer("dispatched/v1/key"),
  derived: new Writer("dispatched/v1/derived"),
  code: new Writer("dispatched/v1/code"),
};

/**
 * The associated data of a sealed value or wrapped key: purpose, tenant, table, column, row, version, id of the key
 * that seals, id of the key that is sealed (empty for values), each led by its length. The purpose names the format's
 * version. Valid until the next call for the same purpose.
 */
export function associatedData(
  purpose: Purpose,
  place: Place,
  keyId: Uint8Array,
  sealedKeyId: Uint8Array = nothing,
): Uint8Array {
  return writers[purpose].write(place, keyId, sealedKeyId);
}
