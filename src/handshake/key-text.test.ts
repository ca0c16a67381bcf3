// A key comes back from its text, and what is wrong with another text is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type KeyKind, readKeyText, writeKeyText } from "./key-text.ts";
import { lowOrderPoints } from "./low-order-points.ts";
import { nobleSuite } from "./noble-suite.ts";

const kinds: readonly KeyKind[] = ["private", "public", "server"];
const key = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const write = (kind: KeyKind, bytes: Uint8Array = key) => writeKeyText(nobleSuite, kind, bytes);
const read = (kind: KeyKind, text: string) => readKeyText(nobleSuite, kind, text);
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

test("any key comes back, with space around it too", () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, fc.constantFrom(...kinds), (any, kind) => {
      const text = write(kind, any);
      assert.match(text, /^d(prv|pub|srv)1_[A-Za-z0-9_-]{48}$/);
      assert.deepEqual(read(kind, `  ${text}\n`), { ok: true, bytes: any });
    }),
  );
});

test("every character that is mistyped, left out or doubled is damage", () => {
  const text = write("private");
  const damaged = { ok: false, problem: "damaged" };
  const head = "dprv1_".length;
  for (let at = head; at < text.length; at++) {
    for (const digit of alphabet) {
      if (digit === text[at]) continue;
      assert.deepEqual(read("private", text.slice(0, at) + digit + text.slice(at + 1)), damaged);
    }
    assert.deepEqual(read("private", text.slice(0, at) + text.slice(at + 1)), damaged);
    assert.deepEqual(read("private", text.slice(0, at) + text[at] + text.slice(at)), damaged);
    assert.deepEqual(read("private", text.slice(0, at)), damaged);
  }
});

test("two neighbours that changed places are damage", () => {
  const text = write("private");
  for (let at = "dprv1_".length; at + 1 < text.length; at++) {
    const [first, second] = [text.charAt(at), text.charAt(at + 1)];
    if (first === second) continue;
    const swapped = text.slice(0, at) + second + first + text.slice(at + 2);
    assert.deepEqual(read("private", swapped), { ok: false, problem: "damaged" });
  }
});

test("another kind, a later version and other texts are told apart", () => {
  for (const kind of kinds) {
    for (const other of kinds) {
      if (kind !== other) assert.deepEqual(read(kind, write(other)), { ok: false, problem: "other_kind" });
    }
    const later = write(kind).replace("1_", "2_");
    assert.deepEqual(read(kind, later), { ok: false, problem: "newer" });
  }
  for (const text of ["", "dsk_live_AAAA", "dprv_", "prv1_", "{}", write("private").toUpperCase()])
    assert.deepEqual(read("private", text), { ok: false, problem: "not_a_key" });
  const relabelled = write("private").replace("dprv1_", "dpub1_");
  assert.deepEqual(read("public", relabelled), { ok: false, problem: "damaged" });
});

test("public keys of low order are unusable; private keys may be any bytes", () => {
  for (const point of lowOrderPoints) {
    assert.deepEqual(read("public", write("public", point)), { ok: false, problem: "unusable" });
    assert.deepEqual(read("server", write("server", point)), { ok: false, problem: "unusable" });
    assert.deepEqual(read("private", write("private", point)), { ok: true, bytes: point });
  }
});
