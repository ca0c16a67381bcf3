// Who may call which route: each is asked without credentials and with wrong ones, and one that is not listed fails.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "../../src/client/client.ts";
import { makeGrant } from "../../src/client/grants.ts";
import { signIn } from "../../src/client/sign-in.ts";
import type { Route } from "../../src/server/route.ts";
import { servedRoutes } from "../../src/server/routes/all-routes.ts";
import { base64Url } from "../../src/value/base64-url.ts";
import { localSession } from "../process/local-session.ts";
import { type SecondTenant, secondTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-access-"));
const open = { DISPATCHED_REGISTRATION: "open" };
let engine: EngineUnderTest;
let other: SecondTenant;
let run: string;
let apiKey: string;

const document =
  "name: good\nversion: 1\ntriggers: [{type: http}]\nsteps: {ask: {wait: {signal: go, timeout: 1h}}}\n";

before(async () => {
  engine = await startDev(home, open);
  await engine.client.putWorkflow("good", document, "yaml");
  ({ run } = await engine.client.startRun("good", { body: null }));
  await engine.client.putSecret("KEY", "canary");
  apiKey = localSession(home).entry.api_key;
  other = await secondTenant(engine.url);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

/** Every route, and who may call it. */
const known: Readonly<Record<string, Route["access"]>> = {
  "DELETE /api/bulk/:id": "session",
  "DELETE /api/grants/:id": "session",
  "DELETE /api/hooks/:id": "session",
  "DELETE /api/hosts/:host": "session",
  "DELETE /api/runs/:id": "key",
  "DELETE /api/secrets/:name": "session",
  "DELETE /api/signing-secrets/:id": "session",
  "DELETE /api/workflows/:name": "session",
  "DELETE /api/session": "session",
  "GET /": "anyone",
  "GET /runs": "anyone",
  "GET /runs/:run": "anyone",
  "GET /waits": "anyone",
  "GET /workflows": "anyone",
  "GET /workflows/:name": "anyone",
  "GET /templates": "anyone",
  "GET /automations": "anyone",
  "GET /automations/:part": "anyone",
  "GET /secrets": "anyone",
  "GET /settings": "anyone",
  "GET /settings/:part": "anyone",
  "GET /assets/:file": "anyone",
  "GET /api": "anyone",
  "GET /api/audit": "session",
  "GET /api/audit/export": "session",
  "GET /api/audit/verify": "session",
  "GET /api/bulk": "session",
  "GET /api/bulk/:id": "session",
  "GET /api/failures": "session",
  "GET /api/grants": "session",
  "GET /api/grants/:id": "session",
  "GET /api/deliveries": "session",
  "GET /api/deliveries/:id": "session",
  "GET /api/hooks": "session",
  "GET /api/hooks/:id/deliveries": "session",
  "GET /api/inbox": "session",
  "GET /api/inbox/:id": "session",
  "GET /api/runs": "session",
  "GET /api/runs/:id": "run",
  "GET /api/runs/:id/bodies/:body": "run",
  "GET /api/runs/:id/events": "session",
  "GET /api/runs/:id/explain": "session",
  "GET /api/runs/:id/export": "session",
  "GET /api/runs/:id/steps/:step/items": "session",
  "GET /api/waits": "session",
  "POST /api/runs/:id/evaluate": "session",
  "GET /api/openapi.json": "anyone",
  "GET /api/reference.css": "anyone",
  "GET /api/reference.js": "anyone",
  "GET /api/rotation": "key",
  "GET /api/schedules": "session",
  "GET /api/secrets": "session",
  "GET /api/hosts": "session",
  "GET /api/hosts/:host": "session",
  "GET /api/signing-secrets": "session",
  "GET /api/server": "anyone",
  "DELETE /api/sessions/:id": "session",
  "GET /api/sessions": "session",
  "POST /api/grants": "session",
  "POST /api/keys/api-key": "session",
  "POST /api/keys/backup": "session",
  "POST /api/keys/rotate": "session",
  "POST /api/sign-in-links": "session",
  "POST /api/sign-in-links/redeem": "link",
  "GET /api/session": "session",
  "GET /api/templates": "anyone",
  "GET /api/templates/:name": "anyone",
  "GET /api/workflows": "session",
  "GET /api/workflows/:name": "session",
  "GET /api/workflows/:name/stats": "session",
  "GET /api/workflows/:name/uses": "session",
  "GET /api/workflows/:name/versions": "session",
  "GET /callbacks/:token": "hook",
  "GET /docs": "anyone",
  "GET /docs/:folder/:page": "anyone",
  "GET /docs/:folder/:part/:page": "anyone",
  "GET /docs/:page": "anyone",
  "GET /docs/search": "anyone",
  "GET /healthz": "anyone",
  "GET /llms-full.txt": "anyone",
  "GET /llms.txt": "anyone",
  "GET /readyz": "anyone",
  "POST /api/audit/verify": "session",
  "POST /api/events": "key",
  "POST /api/deliveries/:id/replay": "session",
  "POST /api/hooks": "session",
  "POST /api/runs/:id/compensate": "session",
  "POST /api/runs/:id/pause": "session",
  "POST /api/runs/:id/rerun": "session",
  "POST /api/runs/:id/resume": "session",
  "POST /api/runs/:id/retry": "session",
  "POST /api/runs/:id/signal/:name": "run_or_key",
  "POST /api/runs/bulk": "session",
  "POST /api/session": "handshake",
  "POST /api/signing-secrets": "session",
  "PUT /api/hosts/:host": "session",
  "POST /api/signing-secrets/rotate": "session",
  "POST /api/session/confirm": "handshake",
  "POST /api/tenants": "anyone",
  "POST /callbacks/:token": "hook",
  "POST /hooks/:token": "hook",
  "POST /workflows/:name": "key",
  "PUT /api/secrets/:name": "session",
  "PUT /api/workflows/:name": "session",
};

test("the routes are these, and each says who may call it", () => {
  const found = Object.fromEntries(
    servedRoutes.map(({ method, path, access }) => [`${method} ${path}`, access]),
  );
  assert.deepEqual(found, known);
});

type Headers = Readonly<Record<string, string>>;
type Credentials = readonly [headers: Headers, query?: string];

/** What stands for `:id` behind the first part of a path: of its own kind, where there is one. */
type Ids = Readonly<Record<string, string>>;

async function ask(url: string, route: Route, [headers, query = ""]: Credentials, ids: Ids = {}) {
  const kind = route.path.split("/")[2] ?? "";
  const path = route.path
    .replace(":name", route.path.includes("secrets") ? "KEY" : "good")
    .replace(":id", ids[kind] ?? run)
    .replace(":host", "127.0.0.1")
    .replace(":body", ids["body"] ?? "1")
    .replace(":step", "each")
    .replace(":token", "cb_unknown");
  const answer = await fetch(`${url}${path}${query}`, { method: route.method, headers });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  const { code } = (isJson ? JSON.parse(text) : {}) as { readonly code?: string };
  const what = `${route.method} ${path}${query} ${Object.keys(headers)}: ${text}`;
  return { status: answer.status, code, text, what };
}

const random = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));
const session = (token: string): Headers => ({ "dispatched-session": token });
const key = (text: string): Headers => ({ "dispatched-key": text });

/** What no route that asks for a credential takes. */
function wrongCredentials(): readonly Credentials[] {
  return [
    [{}],
    [session("x")],
    [session(`${engine.token}x`)],
    [session(engine.token.slice(0, -1))],
    [session(`dst_sess_${random()}`)],
    [session(`dst_run_${random()}`)],
    [session(`dsk_live_${random()}`)],
    [session(apiKey)],
    [session(engine.token.replace("dst_sess_", "dst_run_"))],
    [key(`dsk_live_${random()}`)],
    [key(engine.token)],
    [{ ...session("x"), ...key(apiKey) }],
    [{ authorization: `Bearer ${engine.token}` }],
    [{}, `?session=${engine.token}`],
    [{}, `?session=dst_run_${random()}`],
  ];
}

const judged = servedRoutes.filter(({ access }) => ["session", "key", "run", "run_or_key"].includes(access));

test("every route that asks for a credential refuses none and wrong ones alike", async () => {
  for (const route of judged) {
    for (const credentials of wrongCredentials()) {
      const { status, code, what } = await ask(engine.url, route, credentials);
      assert.deepEqual([status, code], [401, "unauthenticated"], what);
    }
  }
});

test("the routes that judge by themselves tell nothing without what they ask for", async () => {
  const expected: Readonly<Record<string, readonly [number, string | undefined]>> = {
    "POST /api/session": [401, "handshake_refused"],
    "POST /api/session/confirm": [401, "handshake_refused"],
    "POST /api/sign-in-links/redeem": [422, "invalid_body"],
    "POST /api/tenants": [422, "invalid_body"],
    "GET /callbacks/:token": [404, "callback_unknown"],
    "POST /callbacks/:token": [404, "callback_unknown"],
    "POST /hooks/:token": [404, "hook_unknown"],
    "GET /healthz": [200, undefined],
    "GET /readyz": [200, undefined],
    "GET /api/server": [200, undefined],
    "GET /api/openapi.json": [200, undefined],
    "GET /api/templates": [200, undefined],
    "GET /api/templates/:name": [404, "not_found"],
    "GET /api": [200, undefined],
    "GET /api/reference.css": [200, undefined],
    "GET /api/reference.js": [200, undefined],
    "GET /": [200, undefined],
    "GET /runs": [200, undefined],
    "GET /runs/:run": [200, undefined],
    "GET /waits": [200, undefined],
    "GET /workflows": [200, undefined],
    "GET /workflows/:name": [200, undefined],
    "GET /templates": [200, undefined],
    "GET /automations": [200, undefined],
    "GET /automations/:part": [200, undefined],
    "GET /secrets": [200, undefined],
    "GET /settings": [200, undefined],
    "GET /settings/:part": [200, undefined],
    "GET /assets/:file": [404, "not_found"],
    "GET /docs": [200, undefined],
    "GET /docs/search": [400, "invalid_query"],
    "GET /docs/:page": [404, "not_found"],
    "GET /docs/:folder/:page": [404, "not_found"],
    "GET /docs/:folder/:part/:page": [404, "not_found"],
    "GET /llms.txt": [200, undefined],
    "GET /llms-full.txt": [200, undefined],
  };
  const open = servedRoutes.filter((route) => !judged.includes(route));
  assert.deepEqual(open.map(({ method, path }) => `${method} ${path}`).sort(), Object.keys(expected).sort());
  for (const route of open) {
    const { status, code, what } = await ask(engine.url, route, [{}]);
    assert.deepEqual([status, code], expected[`${route.method} ${route.path}`], what);
  }
});

test("an API key alone opens what takes one, and nothing else; it reads nothing", async () => {
  for (const route of judged) {
    const { status, code, text, what } = await ask(engine.url, route, [key(apiKey)]);
    if (route.access === "key" || route.access === "run_or_key") {
      assert.notEqual(code, "unauthenticated", what);
      // Who recovers a lost key must know its generation: the one thing that is read.
      if (route.path === "/api/rotation") assert.equal(text, '{"generation":1,"rotation":null}');
      else assert.ok(status === 202 || status >= 400, what);
      assert.doesNotMatch(text, /canary|output|steps/, what);
    } else assert.deepEqual([status, code], [401, "unauthenticated"], what);
  }
});

/** One of each kind that has an id, of a tenant of its own. */
async function victim(): Promise<{ readonly ids: Ids; readonly token: string; readonly tenant: string }> {
  const { device, client } = await secondTenant(engine.url);
  const each = "{strategy: {type: scatter, over: [1]}, value: 1}";
  const steps = `{each: ${each}, keep: {value: "{{ trigger.body }}"}, ask: {wait: {signal: go, timeout: 1h}}}`;
  await client.putWorkflow(
    "good",
    document.replace(/steps: .*/, () => `steps: ${steps}`),
    "yaml",
  );
  await client.putSecret("KEY", "canary");
  await client.putHostRule("127.0.0.1", { rate: "9/1s" });
  const { run: runs } = await client.startRun("good", { body: JSON.stringify("x".repeat(70_000)) });
  await until(client, runs, ({ status }) => status === "waiting");
  const hook = await client.createHook("good");
  await client.createSigningSecret();
  const bulk = await client.beginBulk("cancel", { workflow: "none" });
  const { grant } = await makeGrant(device, { workflow: "good", triggers: ["key"] });
  await client.signOut(true);
  const headers = { "content-type": "application/json" };
  const came = await fetch(hook.url, { method: "POST", headers, body: "1" });
  const item = came.headers.get("dispatched-item");
  const again = await signIn(device);
  const [delivery] = (await again.client.listDeliveries(hook.id)).deliveries;
  const [signing] = (await again.client.listSigningSecrets()).signing_secrets;
  const [own] = (await again.client.listSessions()).sessions;
  const [stored] = (await again.client.getRun(runs)).stored ?? [];
  const ids = {
    body: stored === undefined ? undefined : String(stored.body),
    ...{ runs, hooks: hook.id, grants: grant, bulk: bulk.id, inbox: item, deliveries: delivery?.id },
    ...{ "signing-secrets": signing?.id, sessions: own?.id },
  };
  for (const [kind, id] of Object.entries(ids)) assert.ok(id, kind);
  return { ids: ids as Ids, token: await again.session.token(), tenant: device.tenant };
}

test("another tenant's credentials find nothing of this one, by its real ids", async () => {
  const { ids, token, tenant } = await victim();
  const mine = [...Object.values(ids).filter((id) => id.length > 9), "good", "KEY", tenant];
  const kinds = judged.flatMap(({ path }) => (path.includes(":id") ? [path.split("/")[2] ?? ""] : []));
  assert.deepEqual([...new Set(["body", ...kinds])].sort(), Object.keys(ids).sort(), "each kind has one");
  for (const credentials of [[session(other.token)], [key(other.device.apiKey)]] as const) {
    for (const route of judged) {
      // It would end the credential that the next route is asked with.
      if (route.method === "DELETE" && route.path === "/api/session") continue;
      const { status, text, what } = await ask(engine.url, route, credentials, ids);
      assert.ok(status !== 500, what);
      if (status < 400) for (const name of mine) assert.ok(!text.includes(`"${name}"`), what);
      // What names something of this tenant answers as if it were not there.
      if (/:id|:name/.test(route.path) && status < 400) assert.fail(what);
    }
  }
  // Its owner finds all of it by the same addresses, and nothing of it is changed.
  for (const route of judged) {
    if (route.method !== "GET" || !/:/.test(route.path)) continue;
    const { status, what } = await ask(engine.url, route, [session(token)], ids);
    assert.equal(status, 200, what);
  }
  const owner = new Client(engine.url, token);
  assert.equal((await owner.getRun(ids["runs"] ?? "")).status, "waiting");
  assert.deepEqual((await owner.listSecrets()).secrets.length, 1);
});

test("a session that has ended is refused everywhere: its time is over, or it was signed out", async () => {
  const ended = await secondTenant(engine.url);
  await ended.client.signOut();
  const shortHome = mkdtempSync(join(tmpdir(), "dispatched-expired-"));
  const short = await startDev(shortHome, { ...open, DISPATCHED_SESSION: "1s" });
  const expired = await secondTenant(short.url);
  const look = judged.find(({ method, path }) => method === "GET" && path === "/api/session") as Route;
  while ((await ask(short.url, look, [session(expired.token)])).status !== 401) await pause(50);
  for (const route of judged) {
    for (const [url, token] of [
      [engine.url, ended.token],
      [short.url, expired.token],
    ] as const) {
      const { status, code, what } = await ask(url, route, [session(token)]);
      assert.deepEqual([status, code], [401, "unauthenticated"], what);
    }
  }
  short.child.kill("SIGTERM");
  await short.ended;
  rmSync(shortHome, { recursive: true, force: true });
});
