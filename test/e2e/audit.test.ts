// The audit log from the outside: a real engine, the command line, an export, a store that was put back.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { localSession } from "../process/local-session.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const root = join(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "dispatched-audit-"));
let engine: EngineUnderTest;
after(() => {
  engine.child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

const document = "name: good\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n";

function cli(...args: readonly string[]) {
  const env = { ...process.env, DISPATCHED_HOME: home };
  const done = spawnSync(join(root, "bin/dispatched"), args, { encoding: "utf8", env });
  return { code: done.status, out: done.stdout, error: done.stderr };
}

interface Listed {
  readonly seq: number;
  readonly action: string;
  readonly actor: { readonly type: string; readonly id: string | null };
  readonly address: string | null;
  readonly texts: Readonly<Record<string, string>> | null;
}

function listed(): readonly Listed[] {
  const { code, out, error } = cli("audit", "list", "--json");
  assert.equal(code, 0, error);
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Listed);
}

async function stop(): Promise<void> {
  engine.child.kill("SIGTERM");
  await engine.ended;
}

test("listed, verified, exported, and put back to an earlier state", async () => {
  engine = await startDev(home);
  await engine.client.putWorkflow("good", document, "yaml");
  const { run } = await engine.client.startRun("good", { body: null });
  assert.equal((await engine.client.getRun(run, 20)).status, "completed");
  const first = listed();
  assert.deepEqual(
    first.map(({ action }) => action).filter((action) => action !== "session.opened"),
    ["workflow.put", "tenant.created"],
  );
  const put = first.find(({ action }) => action === "workflow.put");
  assert.equal(put?.actor.type, "session");
  assert.match(put?.actor.id ?? "", /^[0-9a-f]{12}$/);
  assert.match(put?.address ?? "", /127\.0\.0\.1$/);
  assert.deepEqual(put?.texts, { workflow: "good" });
  assert.match(cli("audit", "verify").out, /^\d+ entries, whole; seen here for the first time/);
  assert.match(
    cli("audit", "verify").out,
    /^\d+ entries, whole; and entry \d+ is as it was seen here before/,
  );

  await stop();
  cpSync(join(home, "data"), join(home, "backup"), { recursive: true });
  engine = await startDev(home);
  await engine.client.putSecret("KEY", "a value that is long enough");
  await engine.client.deleteSecret("KEY");
  const actions = listed().map(({ action }) => action);
  assert.deepEqual(actions.slice(0, 2), ["secret.deleted", "secret.put"]);

  const file = join(home, "audit.jsonl");
  const exported = cli("audit", "export", "--out", file);
  assert.equal(exported.code, 0, exported.error);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  assert.match(lines.at(-1) ?? "", /"action":"log.exported"/);
  assert.equal(cli("audit", "verify", file).code, 0);
  const again = cli("audit", "export", "--out", file);
  assert.deepEqual([again.code, /is there already/.test(again.error)], [2, true], again.error);
  const [one = "", two = ""] = lines;
  for (const [changed, seq] of [
    [[one.replace("tenant.created", "tenant.deleted"), ...lines.slice(1)], 1],
    [[one, ...lines.slice(2)], 2],
    [[two, one, ...lines.slice(2)], 1],
  ] as const) {
    writeFileSync(`${file}.changed`, changed.join("\n"));
    const broken = cli("audit", "verify", `${file}.changed`);
    assert.equal(broken.code, 1);
    assert.match(broken.error, new RegExp(`broken at entry ${seq}.*audit_broken`));
  }

  const { token } = localSession(home);
  const answer = await fetch(`${engine.url}/api/audit/export`, { headers: { "dispatched-session": token } });
  assert.equal(answer.status, 403, "a session alone does not export");

  assert.equal(cli("audit", "verify").code, 0);
  await stop();
  rmSync(join(home, "data"), { recursive: true });
  cpSync(join(home, "backup"), join(home, "data"), { recursive: true });
  engine = await startDev(home);
  const back = cli("audit", "verify");
  assert.equal(back.code, 4, back.out);
  assert.match(back.error, /server_rolled_back/);
  // What is not verified is not accepted, though nothing answers: what was seen is still known then.
  const seen = localSession(home).entry.audit_head;
  await stop();
  assert.equal(cli("audit", "verify", "--accept").code, 8);
  assert.equal(cli("audit", "verify", file, "--accept").code, 2);
  assert.deepEqual(localSession(home).entry.audit_head, seen);
  engine = await startDev(home);
  assert.equal(cli("audit", "verify").code, 4);
  const accepted = cli("audit", "verify", "--accept");
  assert.equal(accepted.code, 0, accepted.error);
  assert.equal(cli("audit", "verify").code, 0);
  await stop();
});
