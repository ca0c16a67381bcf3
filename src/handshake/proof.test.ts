// Message 3's payload comes back, its key leaves no trace in it, and other texts are refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../value/json.ts";
import { readProof, writeProof } from "./proof.ts";

const wrappingKey = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
const wk = Buffer.from(wrappingKey).toString("base64url");
const read = (text: string) => readProof(new TextEncoder().encode(text));

test("key and action come back", () => {
  const action = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.string({ unit: "grapheme" }));
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, fc.option(bytes), fc.option(action), (key, next, any) => {
      const some = any === null ? null : ({ ...any } as JsonObject);
      const proof = readProof(writeProof({ wrappingKey: key, nextWrappingKey: next, action: some }));
      assert.deepEqual([proof?.wrappingKey, proof?.nextWrappingKey], [key, next]);
      assert.equal(JSON.stringify(proof?.action), JSON.stringify(some));
    }),
  );
});

test("other clients may put spaces between, and leave the action out or null", () => {
  for (const text of [
    `{"wk":"${wk}"}`,
    ` {\n "wk" :\t"${wk}" ,\r\n "action": null } `,
    `{"wk": "${wk}", "action": {"wk": "${wk}"}}`,
  ]) {
    assert.deepEqual(read(text)?.wrappingKey, wrappingKey, text);
  }
});

test("the payload is erased, whether it is taken or not", () => {
  for (const text of [`{"wk":"${wk}"}`, `{"wk":"${wk}","other":1}`, `{"wk":"${wk}"`]) {
    const payload = new TextEncoder().encode(text);
    readProof(payload);
    assert.ok(payload.every((byte) => byte === 0));
  }
});

test("the next key is the second member, in whole", () => {
  const next = Buffer.from(wrappingKey).reverse().toString("base64url");
  assert.deepEqual(
    read(`{"wk":"${wk}" , "next_wk" : "${next}"}`)?.nextWrappingKey,
    wrappingKey.slice().reverse(),
  );
  for (const rest of [
    `"next_wk":"${next.slice(1)}"`,
    `"next_wk":null`,
    `"next_wk":"${"A".repeat(42)}B"`,
    `"action":{},"next_wk":"${next}"`,
    `"next_wk":"${next}","next_wk":"${next}"`,
  ]) {
    assert.equal(read(`{"wk":"${wk}",${rest}}`), null, rest);
  }
});

test("other forms are refused", () => {
  const other = [
    "",
    "{}",
    "null",
    `"${wk}"`,
    `{"wk":"${wk}`,
    `{"wk":"${wk}"`,
    `{"wk":"${wk.slice(1)}"}`,
    `{"wk":"${wk}A"}`,
    `{"wk":"${wk.slice(0, -1)}="}`,
    `{"wk":"${wk}","more":1}`,
    `{"wk":"${wk}","action":[]}`,
    `{"wk":"${wk}","action":"x"}`,
    `{"wk":"${wk}","action":{"constructor":1}}`,
    `{"wk":"${wk}","wk":"${wk}"}`,
    `{"action":{},"wk":"${wk}"}`,
    `{"action":{"wk":"${wk}"}}`,
    `{"w\\u006b":"${wk}"}`,
    `{"wk":"${wk}"} {}`,
    `\ufeff{"wk":"${wk}"}`,
  ];
  for (const text of other) assert.equal(read(text), null, text);
  assert.equal(
    readProof(Uint8Array.from([...new TextEncoder().encode(`{"wk":"${wk}","action":{"a":"`), 0xff])),
    null,
  );
});
