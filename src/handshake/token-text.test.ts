// A token comes back as what it is; nothing else is one.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readToken, type TokenKind, writeToken } from "./token-text.ts";

const prefixes: Readonly<Record<TokenKind, string>> = {
  key: "dsk_live_",
  session: "dst_sess_",
  link: "dst_link_",
  run: "dst_run_",
  hook: "dst_hook_",
};

test("any token comes back", () => {
  const kind = fc.constantFrom<TokenKind>("key", "session", "link", "run", "hook");
  fc.assert(
    fc.property(kind, fc.uint8Array({ minLength: 32, maxLength: 32 }), (one, bytes) => {
      const text = writeToken(one, bytes);
      assert.ok(text.startsWith(prefixes[one]));
      assert.equal(text.length, prefixes[one].length + 43);
      assert.deepEqual(readToken(text), { kind: one, bytes });
    }),
  );
});

test("cut, lengthened, spaced and foreign texts are no tokens", () => {
  const text = writeToken("session", new Uint8Array(32).fill(7));
  const others = [
    "",
    "dst_sess_",
    text.slice(0, -1),
    `${text}A`,
    ` ${text}`,
    `${text}\n`,
    `${text.slice(0, -1)}d`,
    text.replace("dst_sess_", "dst_sess"),
    text.replace("dst_sess_", "dsk_test_"),
    text.toUpperCase(),
  ];
  for (const other of others) assert.equal(readToken(other), null, other);
  assert.throws(() => writeToken("run", new Uint8Array(31)), { name: "BrokenInvariant" });
});
