// What goes wrong where tenants are made: another one is current, keys that are none, a home that keeps nothing, no tenant at all.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readCredentials } from "../../src/app/credentials.ts";
import { standInBetween } from "../process/in-between.ts";
import { runCommand, startCommand } from "../process/run-command.ts";
import { type ServerUnderTest, startServe } from "../process/start-serve.ts";

const root = mkdtempSync(join(tmpdir(), "dispatched-tenants-"));
const home = join(root, "device");
let server: ServerUnderTest;

before(async () => {
  server = await startServe(join(root, "server"));
});

after(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

const dispatched = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCommand(home, args, { env });

async function well(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, out, err } = await dispatched(args, env);
  assert.equal(code, 0, `${args.join(" ")}\n${err}`);
  return out;
}

test("who makes a tenant is told that it is the current one now, and how to go back", async () => {
  const line = (before: string, now: string) =>
    `current tenant is now ${now} (was ${before}); go back: dispatched login --tenant ${before}\n`;
  const current = () => readCredentials(home).current ?? "";
  const given = ["--url", server.url];
  await well(["init", ...given]);
  const first = current();
  for (const command of [["init"], ["tenant", "create"]]) {
    const before = current();
    const out = await well([...command, ...given]);
    assert.ok(out.endsWith(`prints it.\n${line(before, current())}`), out);
  }
  const before = current();
  const json = await dispatched(["init", ...given, "--json"]);
  assert.equal(json.err, line(before, current()));
  assert.equal(JSON.parse(json.out).tenant, current());
  await well(["login", "--tenant", first]);
  assert.equal(current(), first);
  const alone = await dispatched(["init", ...given], { DISPATCHED_HOME: join(root, "alone") });
  assert.doesNotMatch(alone.out + alone.err, /current tenant/);
});

test("a key of the server that is none is refused before anything is registered", async () => {
  const before = readCredentials(home);
  const given = ["init", "--url", server.url];
  const wrong = await dispatched([...given, "--server-key", "dsrv1_x"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /what was given as a server's key/);
  const three = [1, 2, 3].flatMap(() => ["--server-key", server.key]);
  assert.equal((await dispatched([...given, ...three])).code, 2);
  assert.deepEqual(readCredentials(home), before);
});

test("nothing is registered whose key could not be stored", async (t) => {
  const between = await standInBetween(server.url, () => "pass");
  t.after(() => between.stop());
  const damaged = join(root, "damaged");
  mkdirSync(damaged);
  writeFileSync(join(damaged, "credentials.json"), "{", { mode: 0o600 });
  const given = ["init", "--url", between.url];
  for (const folder of [damaged, "/dev/null/home"]) {
    const { code, err } = await dispatched(given, { DISPATCHED_HOME: folder });
    assert.ok(code !== 0 && err !== "", err);
  }
  assert.deepEqual(between.asked, []);
});

test("who has no tenants, or a token that is none, is told so and not to log in", async () => {
  const empty = { DISPATCHED_HOME: join(root, "nobody") };
  assert.match(await well(["tenant", "list"], empty), /^no tenants; `dispatched dev` makes a local one/);
  assert.equal(await well(["tenant", "list", "--json"], empty), "");
  const token = { ...empty, DISPATCHED_URL: server.url, DISPATCHED_TOKEN: "dst_sess_x" };
  const { code, err } = await dispatched(["workflow", "list"], token);
  assert.equal(code, 4);
  assert.match(
    err,
    /unauthenticated\n {2}next {2}the session of DISPATCHED_TOKEN has ended, or it is no token/,
  );
  assert.match(await well(["status"], token), /^session {2}none: that of DISPATCHED_TOKEN has ended/m);
});

test("another device of a tenant is told what it needs, and after a rotation the new key is enough", async () => {
  await well(["init", "--url", server.url]);
  const { current } = readCredentials(home);
  const entry = () => readCredentials(home).tenants.find(({ tenant }) => tenant === current);
  const { tenant = "", api_key = "" } = entry() ?? {};
  const second = { DISPATCHED_HOME: join(root, "second") };
  const keyFile = (name: string) => {
    const file = join(root, name);
    writeFileSync(file, `${entry()?.private_key}\n`);
    return ["--private-key-file", file];
  };
  const api = ["--api-key-file", join(root, "api.key")];
  writeFileSync(join(root, "api.key"), api_key);
  const needs = /all of --tenant, --url, --server-key, --api-key-file and --private-key-file/;
  for (const given of [[], ["--tenant", tenant], api, [...api, ...keyFile("first.key")]]) {
    const { code, err } = await dispatched(["login", "--url", server.url, ...given], second);
    assert.ok(code === 4 || code === 2, err);
    assert.match(err, needs);
  }
  const all = ["--tenant", tenant, "--url", server.url, "--server-key", server.key, ...api];
  await well(["login", ...all, ...keyFile("first.key")], second);
  await well(["key", "rotate", "--tenant", tenant]);
  const { code, err } = await dispatched(["login"], second);
  assert.equal(code, 4, err);
  assert.match(err, /rotated, .*on another device: `dispatched login --private-key-file FILE`/);
  await well(["login", "--tenant", tenant, ...keyFile("next.key")], second);
  const [stored] = readCredentials(second.DISPATCHED_HOME).tenants;
  assert.deepEqual(
    { ...stored, session: null, audit_head: null },
    { ...entry(), session: null, audit_head: null },
  );
  await well(["workflow", "list"], second);
});

test("dev names its tenant while another is current, and says how others are let register", async () => {
  const [local, flows] = [join(root, "local"), join(root, "flows")];
  mkdirSync(flows);
  const dev = startCommand(local, ["dev", "--port", "0", "--workflows", flows]);
  try {
    const url = /^ready (\S+)/m.exec(await dev.says(/^ready \S+\n/m))?.[1] ?? "";
    const tenant = readCredentials(local).current ?? "";
    const file = (name: string) => {
      const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n`;
      writeFileSync(join(flows, `${name}.yaml`), text);
    };
    file("own");
    await dev.says(/^ {2}next {2}dispatched run own --follow$/m);
    const closed = await dispatched(["init", "--url", url], { DISPATCHED_HOME: local });
    assert.equal(closed.code, 4, closed.err);
    assert.match(closed.err, /registers nobody.*\n {2}next {2}.*DISPATCHED_REGISTRATION=open, or invite/);
    assert.doesNotMatch(closed.err, /invitation/);
    await well(["init", "--url", server.url], { DISPATCHED_HOME: local });
    file("nightly");
    await dev.says(new RegExp(`^ {2}next {2}dispatched run nightly --tenant ${tenant} --follow$`, "m"));
    const next = ["run", "nightly", "--tenant", tenant, "--follow"];
    assert.match(await well(next, { DISPATCHED_HOME: local }), /^completed /m);
  } finally {
    dev.child.kill("SIGTERM");
    await dev.done;
  }
});
