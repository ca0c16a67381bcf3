// Bytes in pieces of every size come back whole, in memory of about their size.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GatheredBytes } from "./gathered-bytes.ts";

test("pieces come back in their order, and those that were given stay as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 40 }), (pieces) => {
      const given = pieces.map((piece) => piece.slice());
      const gathered = new GatheredBytes();
      for (const piece of given) gathered.add(piece);
      const wanted = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
      assert.deepEqual(Uint8Array.from(gathered.whole()), wanted);
      assert.equal(gathered.size, wanted.length);
      assert.deepEqual(given, pieces);
    }),
  );
});

test("a lone piece is not copied, and many small ones take little more than they hold", () => {
  const lone = new Uint8Array(1_000);
  const one = new GatheredBytes();
  one.add(lone);
  assert.equal(one.whole().buffer, lone.buffer);
  const many = new GatheredBytes();
  for (let count = 0; count < 100_000; count++) many.add(Uint8Array.of(count));
  assert.equal(many.size, 100_000);
  assert.ok(many.whole().buffer.byteLength <= 2 * 100_000);
  many.clear();
  assert.equal(many.whole().length, 0);
});
