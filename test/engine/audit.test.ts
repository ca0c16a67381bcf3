// The audit log over a real vault: what is in it, that it verifies, and that what was tampered with is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditActor } from "../../src/engine/audit-entry.ts";
import type { AuditLines } from "../../src/engine/audit-export.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { TenantRow } from "../../src/ports/account-store.ts";
import { type AuditRow, emptyHead } from "../../src/ports/audit-store.ts";
import type { TenantId } from "../../src/value/id.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { AuditStage, startAt, tenant } from "./audit-stage.ts";

const by: AuditActor = { type: "session", id: "0123456789ab", address: "192.0.2.7" };
const text = "name: hidden-flow\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}";
const put = { name: "hidden-flow", text, format: "yaml", dryRun: false } as const;

/** A log of five entries. */
async function exercised(): Promise<{ readonly stage: AuditStage; readonly engine: Engine }> {
  const stage = new AuditStage();
  const engine = await stage.engine(stage.vault(true));
  await engine.putWorkflow(tenant, put, by);
  await engine.putWorkflow(tenant, put, by);
  await engine.putWorkflow(tenant, { ...put, dryRun: true }, by);
  await engine.putSecret(tenant, "HIDDEN_KEY", { value: "one", allowedHosts: ["api.hidden.example"] }, by);
  await engine.putSecret(tenant, "HIDDEN_KEY", { value: "two", allowedHosts: null }, by);
  await engine.deleteSecret(tenant, "HIDDEN_KEY");
  await assert.rejects(engine.deleteSecret(tenant, "HIDDEN_KEY"), { code: "secret_not_found" });
  await engine.putSecret(tenant, "OTHER_KEY", { value: "three" }, by);
  return { stage, engine };
}

function rowsOf({ store }: AuditStage): readonly AuditRow[] {
  return store.tables.audit.get(tenant) ?? [];
}

/** What verifying answers when these rows stand in the store. */
async function verdictOf(stage: AuditStage, engine: Engine, rows: readonly AuditRow[], seq = 0) {
  stage.store.tables.audit.set(tenant, rows);
  return engine.verifyAudit(tenant, seq);
}

/** As a handshake of the purpose `export` gives it; its entry is not written. */
async function permitOf(
  engine: Engine,
): Promise<{ readonly permit: string; readonly drafts: readonly unknown[] }> {
  const drafts: unknown[] = [];
  const order = {
    tenant: { tenant } as TenantRow,
    action: { type: "export_audit" },
    nextWrappingKey: null,
    use: async (draft: unknown) => void drafts.push(draft),
  };
  const { permit } = await engine.auditExport.action(order);
  return { permit: permit as string, drafts };
}

async function linesOf(engine: Engine): Promise<readonly string[]> {
  const { permit } = await permitOf(engine);
  const lines: string[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: AuditLines = await engine.exportAudit(tenant, permit, after, 2);
    lines.push(...page.lines);
    after = page.next;
  }
  return lines;
}

test("what changed something is in the log, once, with names that only the tenant's keys open", async () => {
  const { stage, engine } = await exercised();
  const { entries, before } = await engine.listAudit(tenant, null, 10);
  const told = entries.map(({ seq, action, fields, opened }) => [seq, action, fields["version"], opened]);
  assert.deepEqual(told, [
    [5, "secret.put", 1, { secret: "OTHER_KEY" }],
    [4, "secret.deleted", 3, { secret: "HIDDEN_KEY" }],
    [3, "secret.put", 2, { secret: "HIDDEN_KEY" }],
    [2, "secret.put", 1, { secret: "HIDDEN_KEY", allowed_hosts: "api.hidden.example" }],
    [1, "workflow.put", 1, { workflow: "hidden-flow" }],
  ]);
  assert.equal(before, null);
  assert.deepEqual(entries[0]?.actor, { type: "session", id: "0123456789ab" });
  assert.equal(entries[0]?.address, "192.0.2.7");
  const stored = rowsOf(stage).map(({ body, sealed, key }) =>
    Buffer.concat([body, sealed ?? body, key ?? body]),
  );
  assert.doesNotMatch(Buffer.concat(stored).toString("latin1"), /hidden|HIDDEN|OTHER/);
});

test("it is listed by pages, newest first", async () => {
  const { engine } = await exercised();
  const seqs: number[][] = [];
  let before: number | null = null;
  do {
    const page = await engine.listAudit(tenant, before, 2);
    seqs.push(page.entries.map(({ seq }) => seq));
    before = page.before;
  } while (before !== null);
  assert.deepEqual(seqs, [[5, 4], [3, 2], [1]]);
  assert.deepEqual(await engine.listAudit("ten_other" as TenantId, null, 2), { entries: [], before: null });
});

test("a log verifies, and a restarted engine in which nobody is signed in verifies it too", async () => {
  const { stage, engine } = await exercised();
  const head = await stage.store.audit.head(tenant);
  const third = rowsOf(stage)[2] as AuditRow;
  const expected = { fault: null, head, at: { seq: 3, mac: third.mac } };
  assert.deepEqual(await engine.verifyAudit(tenant, 3), expected);
  const locked = await stage.engine(stage.vault(false));
  assert.deepEqual(await locked.verifyAudit(tenant, 3), expected);
  const [newest] = (await locked.listAudit(tenant, null, 1)).entries;
  assert.deepEqual([newest?.action, newest?.opened], ["secret.put", null]);
});

test("rows altered in the store are told with their number", async () => {
  const { stage, engine } = await exercised();
  const good = rowsOf(stage);
  for (const row of good) {
    for (let at = 0; at < row.body.length; at++) {
      const body = row.body.slice();
      body[at] = (body[at] as number) ^ 1;
      const rows = good.map((one) => (one === row ? { ...row, body } : one));
      const { fault, head } = await verdictOf(stage, engine, rows);
      assert.deepEqual(fault, { seq: row.seq, what: "altered" });
      assert.equal(head.seq, row.seq - 1);
    }
    const rest = good.filter((one) => one !== row);
    const { fault } = await verdictOf(stage, engine, rest);
    assert.deepEqual(fault, row.seq === 5 ? null : { seq: row.seq, what: "missing" });
  }
});

test("other names beside an entry are told, and so are none", async () => {
  const { stage, engine } = await exercised();
  const good = rowsOf(stage);
  const [second, third] = [good[1] as AuditRow, good[2] as AuditRow];
  for (const change of [
    { key: third.key, sealed: third.sealed },
    { sealed: third.sealed },
    { key: third.key },
    { key: null, sealed: null },
  ]) {
    const rows = good.map((row) => (row === second ? { ...row, ...change } : row));
    const { fault } = await verdictOf(stage, engine, rows);
    assert.deepEqual(fault, { seq: 2, what: "texts_altered" });
  }
});

test("a tail cut off is told by a head that is known", async () => {
  const { stage, engine } = await exercised();
  const good = rowsOf(stage);
  for (let count = 0; count < 5; count++) {
    const { fault, head, at } = await verdictOf(stage, engine, good.slice(0, count), 5);
    assert.deepEqual([fault, head.seq, at], [null, count, null]);
  }
});

test("an export verifies, whole and in parts, and every altered byte of it is told with its line", async () => {
  const { stage, engine } = await exercised();
  const lines = await linesOf(engine);
  const head = await stage.store.audit.head(tenant);
  assert.deepEqual(engine.verifyAuditLines(tenant, emptyHead, lines), { fault: null, head, at: null });
  const first = engine.verifyAuditLines(tenant, emptyHead, lines.slice(0, 2));
  assert.deepEqual(engine.verifyAuditLines(tenant, first.head, lines.slice(2)).head, head);
  for (const [index, line] of lines.entries()) {
    const bytes = Buffer.from(line);
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] as number) ^ (1 << (at % 7));
      const rest = lines.with(index, altered.toString());
      const { fault } = engine.verifyAuditLines(tenant, emptyHead, rest);
      assert.notEqual(fault, null, `byte ${at} of line ${index + 1}`);
      assert.equal(fault?.seq, index + 1);
    }
  }
  const other = engine.verifyAuditLines("ten_other" as TenantId, emptyHead, lines);
  assert.deepEqual(other.fault, { seq: 1, what: "altered" });
});

test("a tenant's lines do not verify as another's, whatever they say", async () => {
  const { engine } = await exercised();
  const moved = (await linesOf(engine)).map((line) => line.replace(tenant, "ten_other"));
  const { fault } = engine.verifyAuditLines("ten_other" as TenantId, emptyHead, moved);
  assert.deepEqual(fault, { seq: 1, what: "altered" });
});

test("engines that write one log at once make one chain, with an entry for each write", async () => {
  const stage = new AuditStage();
  const vault = stage.vault(true);
  const engines = [await stage.engine(vault), await stage.engine(vault), await stage.engine(vault)];
  const puts = Array.from({ length: 60 }, (_, index) =>
    (engines[index % 3] as Engine).putSecret(tenant, `KEY_${index}`, { value: "value" }),
  );
  let over = false;
  const done = Promise.all(puts).finally(() => {
    over = true;
  });
  while (!over) await stage.clock.passTo(stage.clock.now() + 10);
  await done;
  const { fault, head } = await (engines[0] as Engine).verifyAudit(tenant, 0);
  assert.deepEqual([fault, head.seq], [null, 60]);
  const { entries } = await (engines[0] as Engine).listAudit(tenant, null, 100);
  assert.equal(new Set(entries.map(({ opened }) => opened?.["secret"])).size, 60);
});

test("a write that the store refuses leaves no entry", async () => {
  const { stage, engine } = await exercised();
  const conflict = { ...put, text: `${text}\ndescription: another` };
  await assert.rejects(engine.putWorkflow(tenant, conflict), (error: unknown) => {
    return error instanceof DispatchedError && error.code === "version_conflict";
  });
  assert.equal(rowsOf(stage).length, 5);
});

test("an export needs the permit of a handshake, of this tenant, that has not ended", async () => {
  const { stage, engine } = await exercised();
  const { permit, drafts } = await permitOf(engine);
  assert.deepEqual(drafts, [
    { action: "log.exported", fields: { expires_at: new Date(startAt + 600_000).toISOString() } },
  ]);
  const refused = { code: "unauthenticated" };
  const later = `${startAt + 700_000}${permit.slice(permit.indexOf("."))}`;
  await assert.rejects(engine.exportAudit(tenant, "", 0, 10), { code: "private_key_needed" });
  for (const other of ["x", later, `${permit}x`, permit.slice(1), ` ${permit}`]) {
    await assert.rejects(engine.exportAudit(tenant, other, 0, 10), refused, other);
  }
  await assert.rejects(engine.exportAudit("ten_other" as TenantId, permit, 0, 10), refused);
  assert.equal((await engine.exportAudit(tenant, permit, 0, 10)).lines.length, 5);
  stage.clock.show(startAt + 600_000);
  await assert.rejects(engine.exportAudit(tenant, permit, 0, 10), refused);
});
