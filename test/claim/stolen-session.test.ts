// What takes the private key each time is tried with a stolen session token and API key, on the real routes and for every purpose.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { generateKeyPair, recoveryPair } from "../../src/client/device.ts";
import { performHandshake } from "../../src/client/perform-handshake.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { generateApiKey, permitAuditExport } from "../../src/client/tenants.ts";
import { purposes } from "../../src/handshake/prologue.ts";
import { allRoutes } from "../../src/server/routes/all-routes.ts";
import type { JsonObject } from "../../src/value/json.ts";
import { ClaimStage, type Tenant } from "./claim-stage.ts";

const stage = new ClaimStage();
let ann: Tenant;
let token: string;

before(async () => {
  await stage.start();
  ann = await stage.tenant();
  token = await (await signIn(ann.device)).session.token();
});

after(() => stage.end());

async function ask(method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown) {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const json = { "content-type": "application/json" };
  const answer = await fetch(stage.url + path, { method, headers: { ...json, ...headers }, ...init });
  return { status: answer.status, text: await answer.text() };
}

/** Actions that do what only the private key may, each of another kind. */
function actions(): readonly JsonObject[] {
  return [
    { type: "make_grant", workflow: "done" },
    { type: "rotate", public_key: generateKeyPair().publicKey },
    { type: "recovery_key", public_key: recoveryPair().publicKey },
    { type: "export_audit" },
    { type: "replace_api_key", api_key: generateApiKey() },
    { type: "delete_tenant", tenant: ann.device.tenant },
  ];
}

/** What none of them may have changed. */
async function standing() {
  const { session } = await signIn(ann.device);
  const headers = { "dispatched-session": await session.token() };
  const grants = await ask("GET", "/api/grants", headers);
  const rotation = await ask("GET", "/api/rotation", headers);
  return { grants: grants.text, rotation: rotation.text, status: [grants.status, rotation.status] };
}

test("no purpose of a handshake is served without the private key, whatever action it names", async () => {
  const found = await standing();
  assert.deepEqual(found.status, [200, 200]);
  const nextWrappingKey = new Uint8Array(32).fill(7);
  for (const purpose of purposes) {
    for (const action of actions()) {
      const thief = { ...ann.device, privateKey: generateKeyPair().privateKey };
      const order = { action, nextWrappingKey, recoveryKey: recoveryPair().recoveryKey };
      const { recoveryKey: _sheet, ...own } = order;
      const attempt = performHandshake(thief, purpose, purpose === "recover" ? order : own);
      await assert.rejects(
        attempt,
        { code: /^(?:handshake_refused|too_many_attempts)$/ },
        `${purpose} ${String(action["type"])}`,
      );
    }
  }
  assert.deepEqual(await standing(), found);
});

test("an action that another purpose is for is not done, though the private key is right", async () => {
  const found = await standing();
  const own: Readonly<Record<string, readonly string[]>> = {
    grant: ["make_grant"],
    rotate: ["rotate"],
    backup: ["recovery_key"],
    export: ["export_audit"],
    "replace-key": ["replace_api_key", "delete_tenant"],
  };
  for (const purpose of purposes.filter((one) => one !== "session" && one !== "recover")) {
    for (const action of actions().filter(({ type }) => own[purpose]?.includes(String(type)) === false)) {
      const order = { action, nextWrappingKey: new Uint8Array(32).fill(7) };
      const attempt = performHandshake(ann.device, purpose, order);
      await assert.rejects(attempt, { code: "invalid_body" }, `${purpose} ${String(action["type"])}`);
    }
  }
  for (const action of actions()) {
    assert.equal((await performHandshake(ann.device, "session", { action })).result, null);
  }
  assert.deepEqual(await standing(), found);
});

test("no route that takes a session makes a grant, rotates, exports or replaces a key, whatever body it is given", async () => {
  const found = await standing();
  // These end things that may be ended: of its own kind each, and none is brought back.
  const ending = new Set(["DELETE /api/session", "DELETE /api/grants/:id"]);
  const headers = { "dispatched-session": token, "dispatched-key": ann.device.apiKey };
  for (const { method, path } of allRoutes) {
    if (ending.has(`${method} ${path}`)) continue;
    for (const action of method === "GET" ? [undefined] : actions()) {
      const to = path.replace(":id", ann.runs.done).replace(":token", token).replace(":name", "done");
      const bodies = action === undefined ? [undefined] : [action, { purpose: "rotate", action }];
      for (const body of bodies) {
        const { status } = await ask(method, to, headers, body);
        assert.ok(status < 500 || status === 502, `${method} ${to} answered ${status}`);
      }
    }
  }
  assert.deepEqual(await standing(), found);
});

test("an export wants a permit of the tenant's own, which a session cannot make", async () => {
  const bob = await stage.tenant();
  const ofBob = await permitAuditExport(bob.device);
  const own = await permitAuditExport(ann.device);
  const later = Date.now() + 60_000;
  const forged = ["", "1.AAAA", token, ofBob, `${later}.${own.split(".")[1]}`, own.slice(0, -1), `0${own}`];
  const status = async (permit: string) =>
    (await ask("GET", "/api/audit/export", { "dispatched-session": token, "dispatched-export": permit }))
      .status;
  for (const permit of forged) assert.equal(await status(permit), permit === "" ? 403 : 401, permit);
  assert.equal(
    (await ask("GET", "/api/audit/export", { "dispatched-export": own })).status,
    401,
    "no session",
  );
  assert.equal(await status(own), 200);
});
