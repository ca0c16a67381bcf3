// Half of a surrogate pair, which JSON may bring and UTF-8 has no form for: a text like any other, wherever a text is looked
// for, and one that no call sends as another.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-lone-surrogates-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address = "";
const body = '{"t": "\\ud83d cut"}';

before(async () => {
  address = await service.start();
  service.scripts.set("/cut", () => [200, { t: "\ud83d cut" }]);
  engine = await startDev(home);
  await put("labelled", 'labels: {text: "{{ trigger.body.t }}"}\nsteps: {a: {value: 1}}');
  await put("parent", 'steps: {a: {workflow: {name: labelled, body: "{{ trigger.body }}"}}}');
  await put(
    "waits",
    `steps:
  get: {request: {method: POST, url: "${address}/cut"}}
  told: {after: [get], wait: {event: paid, subject: "{{ steps.get.output.t }}", timeout: 1h}}`,
  );
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

function put(name: string, rest: string) {
  const document = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${rest}\n`;
  return engine.client.putWorkflow(name, document, "yaml");
}

for (const workflow of ["labelled", "parent"]) {
  test(`${workflow}: a label of it`, async () => {
    const { run } = await engine.client.startRun(workflow, { body });
    assert.equal((await ended(engine.client, run)).status, "completed");
  });
}

test("a wait whose subject is of it waits, and can be cancelled", async () => {
  const { run } = await engine.client.startRun("waits", { body: null });
  await until(engine.client, run, ({ status }) => status === "waiting");
  await engine.client.cancelRun(run, false);
  assert.equal((await ended(engine.client, run)).status, "cancelled");
});

test("a hook takes it", async () => {
  const { url } = await engine.client.createHook("labelled");
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  assert.equal(answer.status, 202, await answer.text());
});

test("an event whose attributes have it is refused, since they are no text", async () => {
  for (const attribute of ["id", "type", "subject"]) {
    const event = { specversion: "1.0", id: "1", source: "shop", type: "paid", [attribute]: "\ud83d" };
    await assert.rejects(
      engine.client.putEvent(JSON.stringify(event)),
      (error: { code: string; message: string }) => {
        assert.deepEqual(
          [error.code, /half of a surrogate pair/.test(error.message)],
          ["invalid_event", true],
        );
        return true;
      },
    );
  }
});

/** What a call has of it, and how its failure begins. */
const sent: readonly (readonly [name: string, request: string, code: string, what: string])[] = [
  ["query", "query: {q: HALF}", "not_a_text", "query parameter `q` has half of a surrogate pair"],
  ["header", "headers: {x-cut: HALF}", "invalid_header", "header `x-cut` has"],
  ["text", "text: HALF", "not_a_text", "the body has half of a surrogate pair"],
  ["form", "form: {f: HALF}", "not_a_text", "field `f` has half of a surrogate pair"],
  ["part", "multipart: [{name: p, text: HALF}]", "not_a_text", "part `p` has half"],
  [
    "file",
    "multipart: [{name: p, filename: HALF, text: a}]",
    "not_a_text",
    "the file name of part `p` has half",
  ],
  [
    "basic",
    "auth: {type: basic, username: a, password: HALF}",
    "not_a_text",
    "`auth.password` has half of a surrogate pair",
  ],
  [
    "oauth2",
    'auth: {type: oauth2, token_url: "ADDRESS/token", client_id: HALF, client_secret: b}',
    "not_a_text",
    "`auth.client_id` has half of a surrogate pair",
  ],
  [
    "aws",
    "auth: {type: aws_sigv4, access_key_id: a, secret_access_key: HALF, region: c, service: d}",
    "not_a_text",
    "`auth.secret_access_key` has half of a surrogate pair",
  ],
  ["path", "", "not_a_text", "`trigger.body.t` in the URL has half of a surrogate pair"],
];

for (const [name, request, code, what] of sent) {
  test(`${name}: a call that would send it fails at once, unsent`, async () => {
    const more = request.replaceAll("ADDRESS", address).replaceAll("HALF", '"{{ trigger.body.t }}"');
    const path = name === "path" ? "/sent/{{ trigger.body.t }}" : "/sent";
    await put(
      `sends-${name}`,
      `steps:
  a:
    request: {method: POST, url: "${address}${path}"${more === "" ? "" : `, ${more}`}}
    retry: {max: 3, delay: 10ms}`,
    );
    const asked = service.asked.length;
    const { run } = await engine.client.startRun(`sends-${name}`, { body });
    const { status, error } = await ended(engine.client, run);
    assert.deepEqual([status, error?.code], ["failed", code]);
    assert.ok(error?.message.startsWith(what), error?.message);
    const [step] = (await engine.client.getRun(run)).steps;
    assert.ok((step?.attempts ?? 0) <= 1, JSON.stringify(step));
    assert.equal(service.asked.length, asked);
  });
}

test("JSON sends it as it is, and so does what a workflow responds; a header of that does not", async () => {
  for (const headers of ["", 'headers: {x-cut: "{{ trigger.body.t }}"}, ']) {
    const name = headers === "" ? "responds" : "responds-header";
    const trigger = `{type: http, respond: {${headers}body: {t: "{{ trigger.body.t }}"}}}`;
    const step = `{request: {method: POST, url: "${address}/json", body: {t: "{{ trigger.body.t }}"}}}`;
    const document = `name: ${name}\nversion: 1\ntriggers: [${trigger}]\nsteps: {a: ${step}}\n`;
    await engine.client.putWorkflow(name, document, "yaml");
  }
  const start = async (name: string) => {
    const headers = { "content-type": "application/json", "dispatched-session": engine.token };
    const answer = await fetch(`${engine.url}/workflows/${name}`, { method: "POST", headers, body });
    return [answer.status, await answer.text()] as const;
  };
  assert.deepEqual(await start("responds"), [200, '{"t":"\\ud83d cut"}']);
  assert.deepEqual(service.of("/json")[0]?.body, { t: "\ud83d cut" });
  const [status, text] = await start("responds-header");
  assert.equal(status, 500);
  assert.match(text, /respond_failed.*respond\.headers\.x-cut/);
});

test("Lua is given it, and gives it, as it is", async () => {
  const expr = 'return {t = trigger.body.t, whole = trigger.body.t:sub(1, 3) .. json.decode([["\\ude00"]])}';
  await put("lua", `steps: {a: {value: {expr: '${expr}', lang: lua}}}\noutput: "{{ steps.a.output }}"`);
  const { run } = await engine.client.startRun("lua", { body });
  const { status, output } = await ended(engine.client, run);
  assert.deepEqual([status, output], ["completed", { t: "\ud83d cut", whole: "\u{1f600}" }]);
});

test("a secret that has it is refused", async () => {
  await assert.rejects(
    engine.client.putSecret("CUT", "\ud83d cut"),
    (error: { code: string; message: string }) => {
      assert.deepEqual(
        [error.code, /CUT has half of a surrogate pair/.test(error.message)],
        ["invalid_secret", true],
      );
      return true;
    },
  );
});
