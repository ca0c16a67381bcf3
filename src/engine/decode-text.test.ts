// The charset of an answer: what tells it, and what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeText } from "./decode-text.ts";

const read = (bytes: readonly number[], type = "text/plain", strict = false) => {
  const decoded = decodeText(new Uint8Array(bytes), type, strict);
  return decoded.ok ? decoded.text : `refused: ${decoded.message}`;
};

test("a mark goes before a parameter, a parameter before UTF-8, and no mark is left", () => {
  assert.equal(read([0xef, 0xbb, 0xbf, 0x61], "text/plain; charset=utf-16le"), "a");
  assert.equal(read([0xff, 0xfe, 0x61, 0x00]), "a");
  assert.equal(read([0xfe, 0xff, 0x00, 0xe4]), "ä");
  assert.equal(read([0xe4], 'text/plain; format=flowed; CharSet="ISO-8859-1"'), "ä");
  assert.equal(read([0x61, 0x00], "text/plain;charset=utf-16le"), "a");
  assert.equal(read([0x82, 0xa0], "text/plain;charset=Shift_JIS"), "あ");
  assert.equal(read([0xc3, 0xa4]), "ä");
});

test("what is no text in its charset is refused, and none of it is told", () => {
  assert.equal(
    read([0xc3], "text/plain; charset=utf-8"),
    "refused: the answer is no text in the charset utf-8",
  );
  assert.match(read([0x61], "text/plain; charset=klingon"), /^refused: .*klingon, which is not known/);
  assert.match(read([0x61, 0x00, 0x62], "text/plain; charset=utf-16"), /^refused/);
  assert.match(read([0xe4], "application/json", true), /^refused/);
});

test("text of which nobody says the charset, and that is not UTF-8, is read as browsers do", () => {
  assert.equal(read([0x80, 0xe4]), "€ä");
});
