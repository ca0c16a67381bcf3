// A chain that was tampered with says where.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type AuditRow, emptyHead } from "../ports/audit-store.ts";
import type { TenantId } from "../value/id.ts";
import { macOf, verifyChain } from "./audit-chain.ts";

const tenant = "ten_one" as TenantId;
const codeOf = (fields: Uint8Array) => new Uint8Array(createHmac("sha256", "a key").update(fields).digest());

function chainOf(count: number, owner: TenantId = tenant, word = "entry"): readonly AuditRow[] {
  const rows: AuditRow[] = [];
  for (let head = emptyHead; head.seq < count; head = rows.at(-1) as AuditRow) {
    const body = new TextEncoder().encode(`{"id":"${word} ${head.seq + 1}"}`);
    const mac = macOf(codeOf, owner, head, body);
    rows.push({ tenant: owner, seq: head.seq + 1, body, key: null, sealed: null, mac });
  }
  return rows;
}

const good = chainOf(6);
const verdictOf = (rows: readonly AuditRow[]) => verifyChain(codeOf, tenant, emptyHead, rows);

function without(seq: number): readonly AuditRow[] {
  return good.filter((row) => row.seq !== seq);
}

/** The chain with its row `seq` replaced, which is to be found there. */
function withRow(seq: number, change: Partial<AuditRow>): readonly AuditRow[] {
  return good.map((row) => (row.seq === seq ? { ...row, ...change } : row));
}

test("a whole chain holds, and so does each of its parts after the head before it", () => {
  const last = good.at(-1) as AuditRow;
  assert.deepEqual(verdictOf(good), { ok: true, head: { seq: 6, mac: last.mac } });
  assert.deepEqual(verdictOf([]), { ok: true, head: emptyHead });
  for (const row of good) {
    const verdict = verifyChain(codeOf, tenant, { seq: row.seq, mac: row.mac }, good.slice(row.seq));
    assert.deepEqual(verdict, { ok: true, head: { seq: 6, mac: last.mac } });
  }
});

test("every bit of every byte of an entry and of its code", () => {
  for (const { seq, body, mac } of good) {
    for (const [name, bytes] of Object.entries({ body, mac })) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const altered = bytes.slice();
        altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
        assert.deepEqual(verdictOf(withRow(seq, { [name]: altered })), { ok: false, seq, fault: "altered" });
      }
    }
    for (const size of [0, mac.length - 1]) {
      const cut = { mac: mac.slice(0, size) };
      assert.deepEqual(verdictOf(withRow(seq, cut)), { ok: false, seq, fault: "altered" });
    }
  }
});

test("an entry dropped at the beginning or in the middle", () => {
  for (let seq = 1; seq < 6; seq++) {
    assert.deepEqual(verdictOf(without(seq)), { ok: false, seq, fault: "missing" });
    // With its neighbours numbered anew.
    const closed = without(seq).map((row, index) => ({ ...row, seq: index + 1 }));
    assert.deepEqual(verdictOf(closed), { ok: false, seq, fault: "altered" });
  }
});

test("two entries swapped, with and without their numbers", () => {
  for (let seq = 1; seq < 6; seq++) {
    const [first, second] = [good[seq - 1] as AuditRow, good[seq] as AuditRow];
    const swapped = [...good.slice(0, seq - 1), second, first, ...good.slice(seq + 1)];
    assert.deepEqual(verdictOf(swapped), { ok: false, seq, fault: "missing" });
    const numbered = swapped.map((row, index) => ({ ...row, seq: index + 1 }));
    assert.deepEqual(verdictOf(numbered), { ok: false, seq, fault: "altered" });
  }
});

test("an entry replayed", () => {
  for (const row of good) {
    const twice = [...good.slice(0, row.seq), row, ...good.slice(row.seq)];
    assert.deepEqual(verdictOf(twice), { ok: false, seq: row.seq + 1, fault: "repeated" });
    const next = { ...row, seq: row.seq + 1 };
    const numbered = [...good.slice(0, row.seq), next];
    assert.deepEqual(verdictOf(numbered), { ok: false, seq: row.seq + 1, fault: "altered" });
  }
});

test("an entry, or a whole log, moved to another tenant", () => {
  const other = chainOf(6, "ten_two" as TenantId);
  for (const row of other) {
    assert.deepEqual(verdictOf(withRow(row.seq, row)), { ok: false, seq: row.seq, fault: "altered" });
  }
  assert.deepEqual(verdictOf(other), { ok: false, seq: 1, fault: "altered" });
});

test("an entry of another history of the same tenant", () => {
  const fork = chainOf(6, tenant, "other");
  for (let seq = 2; seq <= 6; seq++) {
    const joined = [...good.slice(0, seq - 1), ...fork.slice(seq - 1)];
    assert.deepEqual(verdictOf(joined), { ok: false, seq, fault: "altered" });
  }
});

test("without the key nothing that fits can be made", () => {
  const forged = (fields: Uint8Array) =>
    new Uint8Array(createHmac("sha256", "another key").update(fields).digest());
  const body = new TextEncoder().encode('{"id":"forged"}');
  const last = good.at(-1) as AuditRow;
  const row = { ...last, seq: 7, body, mac: macOf(forged, tenant, last, body) };
  assert.deepEqual(verdictOf([...good, row]), { ok: false, seq: 7, fault: "altered" });
});

test("a tail cut off is not told by the chain itself", () => {
  for (let count = 0; count < 6; count++) assert.equal(verdictOf(good.slice(0, count)).ok, true);
});
