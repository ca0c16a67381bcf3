// Holders of a stolen session token, API key, run token and callback address: what each does is tried, and nothing more goes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { generateKeyPair } from "../../src/client/device.ts";
import { makeGrant } from "../../src/client/grants.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { generateApiKey, permitAuditExport, replaceApiKey } from "../../src/client/tenants.ts";
import { allRoutes } from "../../src/server/routes/all-routes.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { ended, until } from "../process/until.ts";
import { ClaimStage, type Tenant } from "./claim-stage.ts";

const stage = new ClaimStage();
const service = new ScriptedService();
let address: string;
let ann: Tenant;
let token: string;

before(async () => {
  address = await service.start();
  await stage.start();
  ann = await stage.tenant();
  token = await (await signIn(ann.device)).session.token();
});

after(async () => {
  service.stop();
  await stage.end();
});

type Headers = Readonly<Record<string, string>>;

async function ask(method: string, path: string, headers: Headers, body?: unknown) {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(stage.url + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...init,
  });
  const text = await answer.text();
  const json = (text === "" ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>;
  return { status: answer.status, json, text };
}

const bySession = (): Headers => ({ "dispatched-session": token });
const byKey = (): Headers => ({ "dispatched-key": ann.device.apiKey });

test("a stolen session token reads everything, and makes no grant, permits no export, replaces no key", async () => {
  assert.equal((await ask("GET", `/api/runs/${ann.runs.done}`, bySession())).status, 200);
  const changing = allRoutes.filter(({ method, access }) => method !== "GET" && access === "session");
  const words = /grants|tenants|rotat|recover|key|permit|export/;
  const refused = ["/api/grants", "/api/keys/rotate", "/api/keys/backup", "/api/keys/api-key"];
  for (const path of refused) {
    const { status, json } = await ask("POST", path, bySession(), {});
    assert.deepEqual([status, json["code"]], [403, "private_key_needed"], path);
  }
  assert.deepEqual(
    changing
      .filter(({ method, path }) => method !== "POST" || !refused.includes(path))
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => words.test(route)),
    // What signs calls opens nothing of the tenant's data.
    ["POST /api/signing-secrets/rotate", "DELETE /api/grants/:id"],
    "what makes a grant or changes keys is no route: only a handshake does it",
  );
  for (const path of ["/api/session", "/api/session/confirm"]) {
    const { status, json } = await ask("POST", path, bySession(), { purpose: "grant" });
    assert.deepEqual([status, json["code"]], [401, "handshake_refused"], path);
  }
});

test("with token and API key, but another private key, every handshake is refused, whatever its purpose", async () => {
  const thief = { ...ann.device, privateKey: generateKeyPair().privateKey };
  const tries: Readonly<Record<string, () => Promise<unknown>>> = {
    session: () => signIn(thief),
    grant: () => makeGrant(thief, { workflow: "done", days: 1 }),
    "replace-key": () => replaceApiKey(thief, generateApiKey()),
    export: () => permitAuditExport(thief),
  };
  for (const [purpose, perform] of Object.entries(tries))
    await assert.rejects(perform(), { code: "handshake_refused" }, purpose);
  assert.match(await permitAuditExport(ann.device), /^\d+\./, "the tenant's own device is let in");
});

test("a token that was revoked is refused at once where it was revoked", async () => {
  const { client, session } = await signIn(ann.device);
  const revoked = { "dispatched-session": await session.token() };
  await client.signOut();
  assert.equal((await ask("GET", "/api/runs", revoked)).status, 401);
});

test("who waits with a stolen token reads nothing once it was revoked", async () => {
  const { client, session } = await signIn(ann.device);
  const stolen = { "dispatched-session": await session.token() };
  const { client: own } = await signIn(ann.device);
  const { run } = await own.startRun("waits", { body: null });
  await until(own, run, ({ status }) => status === "waiting");
  const paths = [`/api/runs/${run}?wait=60`, `/api/runs/${run}/events?after=1000&wait=60`];
  const looks = paths.map((path) => ask("GET", path, stolen));
  const start = ask("POST", "/workflows/waits", { ...stolen, prefer: "wait=60" }, "in vain");
  const startedLast = async () => (await own.listRuns({ workflow: "waits" })).runs[0]?.id ?? run;
  while ((await startedLast()) === run);
  const started = await startedLast();
  await client.signOut();
  for (const look of looks) {
    const { status, json } = await look;
    assert.deepEqual([status, json["code"]], [401, "unauthenticated"]);
  }
  assert.equal((await own.getRun(run)).status, "waiting", "they were not waited for to the end");
  await own.cancelRun(started, false);
  const { status, json } = await start;
  assert.deepEqual([status, Object.keys(json).sort()], [202, ["location", "run"]]);
});

test("a stolen API key reads nothing, and is answered by ids alone", async () => {
  for (const { method, path, access } of allRoutes) {
    if (access === "anyone" || access === "hook" || access === "handshake") continue;
    // The generation of the key, which who has lost it needs to know.
    if (path === "/api/rotation") continue;
    if (method === "GET" || access === "session") {
      const to = path.replace(":id", ann.runs.done).replace(":name", "done");
      assert.equal((await ask(method, to, byKey())).status, 401, `${method} ${path}`);
    }
  }
  assert.deepEqual((await ask("GET", "/api/rotation", byKey())).json, { generation: 1, rotation: null });
  const started = await ask("POST", "/workflows/done", byKey(), "from the key");
  assert.deepEqual(Object.keys(started.json).sort(), ["location", "run"]);
  const signalled = await ask("POST", `/api/runs/${ann.runs.waits}/signal/none`, byKey(), {});
  assert.equal(signalled.json["code"], "signal_unknown");
});

test("a stolen API key cancels a run whose id it knows, and is told why what it sends is refused, and nothing else", async () => {
  const { client } = await signIn(ann.device);
  const { run } = await client.startRun("waits", { body: '"canary"' });
  await until(client, run, ({ status }) => status === "waiting");
  const unknown = await ask("POST", `/api/runs/${run}/signal/none`, byKey(), {});
  assert.match(unknown.text, /it takes go/, "names of signals are told");
  assert.ok(!unknown.text.includes("canary"));
  const cancelled = await ask("DELETE", `/api/runs/${run}`, byKey());
  assert.deepEqual([cancelled.status, Object.keys(cancelled.json).sort()], [202, ["location", "run"]]);
  assert.equal((await ended(client, run)).status, "cancelled");
});

test("a stolen hook address starts its workflow and reads nothing, whatever else it is used as", async () => {
  const made = await ask("POST", "/api/hooks", bySession(), { workflow: "done" });
  const [hook, path] = [String(made.json["token"]), new URL(String(made.json["url"])).pathname];
  assert.deepEqual(Object.keys((await ask("POST", path, {}, "from the hook")).json).sort(), [
    "location",
    "run",
  ]);
  for (const name of ["dispatched-session", "dispatched-key"]) {
    for (const { method, path: route } of allRoutes.filter(({ access }) => /session|key|run/.test(access))) {
      const to = route.replace(":id", ann.runs.done).replace(":name", "done");
      assert.equal((await ask(method, to, { [name]: hook })).status, 401, `${name} ${method} ${route}`);
    }
  }
  assert.equal((await ask("DELETE", `/api/hooks/${String(made.json["id"])}`, bySession())).status, 204);
  assert.equal((await ask("POST", path, {}, "again")).json["code"], "hook_unknown");
});

test("a stolen hook address is told of a refusal its code, and no word of the tenant's", async () => {
  const { client } = await signIn(ann.device);
  let version = 0;
  /** Each name in it has "tattle". */
  const put = (trigger: string, more = "") => {
    version += 1;
    const head = `name: tattle-flow\nversion: ${version}\n`;
    const steps = "steps: {tattle_step: {wait: {signal: tattle_go}}}\n";
    return client.putWorkflow("tattle-flow", `${head}triggers: [${trigger}]\n${more}${steps}`, "yaml");
  };
  const hook = async () => {
    const made = await ask("POST", "/api/hooks", bySession(), { workflow: "tattle-flow" });
    const path = new URL(String(made.json["url"])).pathname;
    return (body: unknown, headers: Headers = {}) => ask("POST", path, headers, body);
  };
  const refused = async (
    { status, json, text }: Awaited<ReturnType<typeof ask>>,
    code: string,
    expected: number,
  ) => {
    assert.deepEqual([status, json["code"]], [expected, code], text);
    assert.doesNotMatch(text, /tattle/i);
    assert.match(String(json["hint"]), /hook deliveries/);
  };

  const members = "{tattle_kind: {enum: [tattle_a, tattle_b]}}";
  await put(`{type: http, schema: {type: object, required: [tattle_no], properties: ${members}}}`);
  const plain = await hook();
  const misfit = await plain({});
  await refused(misfit, "schema_mismatch", 422);
  assert.deepEqual(misfit.json["problems"], [
    { pointer: "", keyword: "required", message: "does not fit `required` of the schema" },
  ]);
  const key = { "idempotency-key": "one" };
  await put("{type: http}", 'concurrency: {key: "tattle_place", limit: 1, on_limit: reject}\n');
  assert.equal((await plain(1, key)).status, 202);
  await refused(await plain(2, key), "idempotency_conflict", 422);
  const full = await plain(2);
  await refused(full, "concurrency_limit", 429);
  await put("{type: http}", 'concurrency: {key: "of {{ trigger.body.tattle_list }}", limit: 1}\n');
  await refused(await plain({}), "invalid_concurrency_key", 422);
  await put("{type: http, verify: {type: hmac, header: X-Tattle, secret: TATTLE_KEY}}");
  const signed = await hook();
  await refused(await signed(1), "signature_invalid", 401);
  await refused(await signed(1, { "x-tattle": "00" }), "signature_invalid", 401);
  await client.putSecret("TATTLE_KEY", "tattle-secret-value");
  await refused(await signed(1), "signature_invalid", 401);
  await refused(await signed(1, { "x-tattle": "00" }), "signature_invalid", 401);
  await put("{type: http}");
  await refused(await signed(1), "signature_invalid", 401);
  await put("{type: event, event: tattle}");
  await refused(await plain(1), "no_http_trigger", 409);
  await client.deleteWorkflow("tattle-flow");
  const unknown = await plain(1);
  assert.equal(unknown.json["code"], "hook_unknown", "its hooks ended with it");
  assert.doesNotMatch(unknown.text, /tattle/i);
});

test("a stolen run token shows one run and sends it signals; a callback address shows and answers one wait, once", async () => {
  const document = `name: asks
version: 1
triggers: [{type: http}]
steps:
  ask:
    request:
      method: POST
      url: "${address}/tell"
      body: {run: "{{ run.id }}", token: "{{ run.session }}", back: "{{ callback.url }}"}
    wait: {show: {text: "may I?"}, timeout: 1h}
`;
  const { client } = await signIn(ann.device);
  await client.putWorkflow("asks", document, "yaml");
  const { run } = await client.startRun("asks", { body: '"what the run was given"' });
  await until(client, run, ({ status }) => status === "waiting");
  const told = service.of("/tell")[0]?.body ?? {};
  const byRun = { "dispatched-session": String(told["token"]) };
  assert.equal((await ask("GET", `/api/runs/${run}`, byRun)).status, 200);
  for (const { method, path, access } of allRoutes.filter((one) => ["session", "key"].includes(one.access))) {
    const to = path.replace(":id", run).replace(":name", "asks");
    assert.equal((await ask(method, to, byRun)).status, 401, `${method} ${path} ${access}`);
  }
  assert.equal((await ask("GET", `/api/runs/${ann.runs.waits}`, byRun)).status, 401);
  assert.equal((await ask("POST", `/api/runs/${ann.runs.waits}/signal/go`, byRun, {})).status, 401);
  const back = new URL(String(told["back"])).pathname;
  const shown = await ask("GET", back, {});
  assert.deepEqual(Object.keys(shown.json).sort(), ["show", "status", "until"]);
  assert.ok(!shown.text.includes("what the run was given"));
  assert.equal((await ask("POST", back, {}, "yes")).status, 202);
  assert.equal((await ended(client, run)).status, "completed");
  assert.notEqual((await ask("POST", back, {}, "no")).status, 202);
  assert.ok(!(await ask("GET", back, {})).text.includes("may I?"), "what it showed is over with the wait");
  for (let at = 0; at < back.length - "/callbacks/".length; at += 7) {
    const place = "/callbacks/".length + at;
    const other = `${back.slice(0, place)}${back[place] === "0" ? "1" : "0"}${back.slice(place + 1)}`;
    assert.ok([404, 410].includes((await ask("POST", other, {}, "no")).status), other);
  }
});
