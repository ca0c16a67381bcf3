// A case of the vault's contract: text is sealed as its UTF-8, however long it is and whatever is in it.

import { assert } from "../../value/assert.ts";
import type { Place, Vault } from "../vault.ts";

export function sealsText(vault: Vault, place: Place): void {
  const { key } = vault.createKey(place);
  for (const part of ["a", "ü", "€", "😀", "\ud800", '{"a":1}']) {
    for (const count of [0, 1, 100, 7_281, 21_845, 21_846, 70_000]) {
      const text = part.repeat(count);
      const opened = vault.open(key, place, vault.seal(key, place, text));
      const bytes = new TextEncoder().encode(text);
      const isSame = opened.length === bytes.length && bytes.every((byte, at) => byte === opened[at]);
      assert(isSame, `${count} times ${part} come back as UTF-8`);
    }
  }
}
