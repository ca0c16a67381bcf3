// Message 4's payload comes back; other texts are refused; a log that went back is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../value/json.ts";
import { type Confirmation, readConfirmation, writeConfirmation } from "./confirmation.ts";
import { writeToken } from "./token-text.ts";

const mac = new Uint8Array(32).fill(5);
const full: Confirmation = {
  session: writeToken("session", new Uint8Array(32).fill(1)),
  expiresAt: Date.UTC(2027, 0, 1),
  auditHead: { seq: 3, mac },
  result: { grant: "gra_1" },
};

test("with and without a session it comes back", () => {
  for (const one of [full, { ...full, result: null }, { ...full, session: null, expiresAt: null }])
    assert.deepEqual(readConfirmation(writeConfirmation(one)), one);
});

test("other forms are refused", () => {
  const good = JSON.parse(new TextDecoder().decode(writeConfirmation(full))) as Record<string, Json>;
  const head = good["audit_head"] as Record<string, Json>;
  const others: readonly Json[] = [
    null,
    {},
    { ...good, more: 1 },
    { ...good, session: "dst_sess_A" },
    { ...good, session: writeToken("run", mac) },
    { ...good, session: null },
    { ...good, expires_at: null },
    { ...good, expires_at: "tomorrow" },
    { ...good, result: [] },
    { ...good, audit_head: null },
    { ...good, audit_head: { ...head, seq: -1 } },
    { ...good, audit_head: { ...head, seq: 0.5 } },
    { ...good, audit_head: { ...head, mac: "AAAA" } },
  ];
  for (const other of others) {
    const text = JSON.stringify(other);
    assert.equal(readConfirmation(new TextEncoder().encode(text)), null, text);
  }
});
