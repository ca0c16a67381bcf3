// Calls are signed by the tenant's secrets, one or two, also while nobody is signed in, and no key is recorded.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import type { NewSigningSecret } from "../../src/engine/signing-api.ts";
import type { OutboundRequest } from "../../src/ports/caller.ts";
import { AnsweringCaller, headerOf, jsonResponse } from "./answering-caller.ts";
import { AuditStage, posted, tenant } from "./audit-stage.ts";

const hourMs = 3_600_000;
const text = `name: caller
version: 1
triggers: [{type: http}]
steps:
  nap: {sleep: 10s}
  call: {after: [nap], request: {method: POST, url: "HTTPS://API.example.com:443/a/../orders?n=1", body: {n: 1}}}`;

async function start(engine: Engine) {
  const trigger = posted(null);
  return (await engine.startRun(tenant, { workflow: "caller", version: null, idempotencyKey: null, trigger }))
    .run;
}

async function stageWith(caller: AnsweringCaller) {
  const stage = new AuditStage();
  stage.caller = caller;
  const engine = await stage.engine(stage.vault(true));
  await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  return { stage, engine };
}

/** By hand, from the words of the RFC. */
function expectSigned(
  request: OutboundRequest | undefined,
  secrets: readonly NewSigningSecret[],
  atMs: number,
) {
  assert.ok(request !== undefined);
  const digest = `sha-256=:${createHash("sha256").update('{"n":1}').digest("base64")}:`;
  assert.equal(headerOf(request, "content-digest"), digest);
  const created = Math.floor(atMs / 1000);
  const inputs: string[] = [];
  const signatures: string[] = [];
  for (const [index, { id, secret }] of secrets.entries()) {
    const nonce = /;nonce="([0-9a-f]{32})";/.exec(headerOf(request, "signature-input") ?? "")?.[1];
    const params = `("@method" "@target-uri" "content-digest" "idempotency-key");created=${created};expires=${created + 300};nonce="${nonce}";keyid="${id}";alg="hmac-sha256"`;
    const base = [
      '"@method": POST',
      '"@target-uri": https://api.example.com/orders?n=1',
      `"content-digest": ${digest}`,
      `"idempotency-key": ${headerOf(request, "idempotency-key")}`,
      `"@signature-params": ${params}`,
    ].join("\n");
    inputs.push(`sig${index + 1}=${params}`);
    signatures.push(`sig${index + 1}=:${createHmac("sha256", secret).update(base).digest("base64")}:`);
  }
  assert.equal(headerOf(request, "signature-input"), inputs.join(", "));
  assert.equal(headerOf(request, "signature"), signatures.join(", "));
}

test("no secret, no signature; one signs; a rotation signs twice for 72 hours; a revoked one signs nothing", async () => {
  const caller = new AnsweringCaller();
  const { stage, engine: before } = await stageWith(caller);
  const { clock } = stage;
  let engine = before;
  const called = async (): Promise<OutboundRequest> => {
    await start(engine);
    await clock.passTo(clock.now() + 10_000);
    return caller.requests.at(-1) as OutboundRequest;
  };
  const bare = await called();
  for (const name of ["content-digest", "signature", "signature-input"])
    assert.equal(headerOf(bare, name), null);
  await assert.rejects(engine.signing.rotate(tenant), { code: "signing_secret_not_found" });
  const first = await engine.signing.make(tenant);
  await assert.rejects(engine.signing.make(tenant), { code: "signing_secret_exists" });
  expectSigned(await called(), [first], clock.now());
  const second = await engine.signing.rotate(tenant);
  await assert.rejects(engine.signing.rotate(tenant), { code: "signing_secret_rotating" });
  expectSigned(await called(), [second, first], clock.now());
  assert.deepEqual(
    (await engine.signing.list(tenant)).map(({ id }) => id),
    [second.id, first.id],
  );
  await engine.stop();
  clock.show(clock.now() + 72 * hourMs);
  engine = await stage.engine(stage.vault(true));
  expectSigned(await called(), [second], clock.now());
  const third = await engine.signing.rotate(tenant);
  await engine.signing.revoke(tenant, second.id);
  expectSigned(await called(), [third], clock.now());
  await assert.rejects(engine.signing.revoke(tenant, second.id), { code: "signing_secret_not_found" });
  await engine.signing.revoke(tenant, third.id);
  assert.equal(headerOf(await called(), "signature"), null);
  assert.deepEqual(await engine.listSecrets(tenant), []);
  const { entries } = await engine.listAudit(tenant, null, 200);
  assert.deepEqual(
    entries.flatMap(({ action, fields }) =>
      action.startsWith("signing_") ? [[action, fields["signing_secret"]]] : [],
    ),
    [
      ["signing_secret.revoked", third.id],
      ["signing_secret.revoked", second.id],
      ["signing_secret.rotated", third.id],
      ["signing_secret.rotated", second.id],
      ["signing_secret.made", first.id],
    ],
  );
});

test("a run goes on signing while nobody is signed in, and only as long as one is active", async () => {
  const caller = new AnsweringCaller();
  const { stage, engine } = await stageWith(caller);
  const { clock } = stage;
  await start(engine);
  const secret = await engine.signing.make(tenant);
  await clock.settle();
  await engine.stop();
  const alone = await stage.engine(stage.vault(false));
  await clock.passTo(clock.now() + 10_000);
  expectSigned(caller.requests[0], [secret], clock.now());
  await clock.passTo(clock.now() + 10_000);
  const [row] = await stage.store.listSecrets(tenant);
  assert.equal(row?.live, null);
  await assert.rejects(alone.signing.list(tenant), { code: "locked" });
  await assert.rejects(alone.signing.rotate(tenant), { code: "locked" });
});

test("what an answer repeats of a signature tells nothing of the key, and no event has it", async () => {
  const caller = new AnsweringCaller(({ headers }) => jsonResponse(200, { headers }));
  const { stage, engine } = await stageWith(caller);
  const { secret } = await engine.signing.make(tenant);
  const run = await start(engine);
  await stage.clock.passTo(stage.clock.now() + 10_000);
  const { events } = await engine.listEvents(tenant, run, 0, 100, 0);
  assert.ok(events.some(({ type }) => type === "run.completed"));
  const key = secret.replace("dss_", "");
  assert.equal(
    JSON.stringify(events, (_name, value) => (typeof value === "bigint" ? String(value) : value)).includes(
      key,
    ),
    false,
  );
});
