// A rule for a host names the workflows that may call it: nothing of another's call is sent, whatever kind of request it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import type { OutboundOutcome, OutboundRequest } from "../../src/ports/caller.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { AuditStage, posted, tenant } from "./audit-stage.ts";

const code = "workflow_host_not_allowed";
const token = { access_token: "token-number-1", token_type: "Bearer", expires_in: 3600 };

/** An engine whose calls are told as `host/path`. */
async function stage(answer: (request: OutboundRequest) => OutboundOutcome = () => jsonResponse(200, {})) {
  const stage = new AuditStage();
  const told: string[] = [];
  stage.caller = new AnsweringCaller((request) => {
    const { hostname, pathname } = new URL(request.url);
    told.push(hostname + pathname);
    return answer(request);
  });
  const engine = await stage.engine(stage.vault(true));
  const pass = (ms = 1_000) => stage.clock.passTo(stage.clock.now() + ms);
  const put = (name: string, steps: string) =>
    putWorkflow(engine, `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: ${steps}`);
  const start = async (name: string) => {
    const { run } = await engine.startRun(tenant, startOf(name));
    await pass();
    return run;
  };
  const play = async (name: string, steps: string) => {
    await put(name, steps);
    return engine.getRun(tenant, await start(name));
  };
  return { engine, told, pass, put, start, play };
}

function putWorkflow(engine: Engine, text: string) {
  return engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
}

function startOf(workflow: string) {
  const trigger = posted(null);
  return { workflow, version: null, idempotencyKey: null, trigger };
}

const callOf = (url: string, more = "") => `{a: {request: {method: GET, url: "${url}"${more}}}}`;
const bank = callOf("https://bank.example/pay");

test("only runs of the workflows that the rule names are sent, a beginning names all that begin so", async () => {
  const { engine, told, play } = await stage();
  await engine.hosts.put(tenant, "bank.example", { rate: "1/1h", workflows: ["pay", "refund-*"] });
  const { status, steps } = await play("shop", bank);
  const error = steps[0]?.error;
  assert.deepEqual(
    [status, error?.kind, error?.code, error?.reach, steps[0]?.attempts],
    ["failed", "request", code, "no", 1],
  );
  assert.equal(
    error?.message,
    "the workflow shop may not call bank.example:443: the rule for bank.example does not name it; if it may, add it to the rule's workflows",
  );
  assert.deepEqual(told, []);
  for (const name of ["pay-more", "refund"]) assert.equal((await play(name, bank)).status, "failed", name);
  // What was refused took nothing of the rate.
  assert.equal((await play("refund-part", bank)).status, "completed");
  assert.deepEqual(told, ["bank.example/pay"]);
});

test("the most exact rule alone decides, and one without a list lets all call", async () => {
  const { engine, told, play } = await stage();
  await engine.hosts.put(tenant, "*.example", { workflows: ["pay"] });
  await engine.hosts.put(tenant, "open.example", { concurrency: 4 });
  assert.equal((await play("shop", callOf("https://open.example/"))).status, "completed");
  assert.equal((await play("other", bank)).error?.code, code);
  assert.deepEqual(told, ["open.example/"]);
});

test("however the host is spelt, and also where its name is a secret, which is not told", async () => {
  const { engine, told, play } = await stage();
  await engine.hosts.put(tenant, "bank.example", { workflows: ["pay"] });
  await engine.putSecret(tenant, "BANK", { value: "bank.example" });
  await engine.putSecret(tenant, "DOT", { value: "bank.example." });
  const spelt = ["https://BANK.example/", "https://bank%2Eexample/", "https://bank.example./"];
  const secret = ["https://{{ secrets.BANK }}/", "https://{{ secrets.DOT }}/"];
  for (const [index, url] of [...spelt, ...secret].entries()) {
    const { error } = await play(`shop-${index}`, callOf(url));
    assert.equal(error?.code, code, url);
    if (url.includes("secrets")) assert.doesNotMatch(error?.message ?? "", /bank\.example/);
  }
  assert.deepEqual(told, []);
  assert.equal((await play("pay", callOf("https://{{ secrets.BANK }}/"))).status, "completed");
});

test("a name of which nobody can tell what it is called is called by none that a list leaves out", async () => {
  const { engine, told, play } = await stage();
  await engine.hosts.put(tenant, "*.bank.example", { workflows: ["pay"] });
  const odd = callOf("https://a~b.bank.example/");
  assert.equal((await play("shop", odd)).error?.code, code);
  assert.deepEqual(told, []);
  assert.equal((await play("pay", odd)).status, "completed");
});

test("a redirect to it is not followed and is the answer", async () => {
  const { engine, told, play } = await stage(({ url }) =>
    url.includes("bank")
      ? jsonResponse(200, {})
      : {
          type: "response",
          status: 307,
          headers: { location: "https://bank.example/" },
          body: new Uint8Array(),
        },
  );
  await engine.hosts.put(tenant, "bank.example", { workflows: ["pay"] });
  const steps = callOf("https://shop.example/", ", redirects: 2");
  assert.equal((await play("shop", steps)).steps[0]?.error?.status, 307);
  assert.deepEqual(told, ["shop.example/"]);
  assert.equal((await play("pay", steps)).status, "completed");
});

test("the token's host is called for workflows that may call it only, and a token at hand is used by no other", async () => {
  const { engine, told, play } = await stage(({ url }) =>
    jsonResponse(200, url.includes("login") ? token : {}),
  );
  await engine.hosts.put(tenant, "login.example", { workflows: ["pay"] });
  const auth = `, auth: {type: oauth2, token_url: "https://login.example/token", client_id: shop, client_secret: open}`;
  const steps = callOf("https://shop.example/", auth);
  assert.equal((await play("shop", steps)).steps[0]?.error?.code, code);
  assert.equal((await play("pay", steps)).status, "completed");
  assert.equal((await play("other", steps)).steps[0]?.error?.code, code);
  assert.deepEqual(told, ["login.example/token", "shop.example/"]);
});

test("who asked for a token beside one that is refused meanwhile asks in its own name", async () => {
  const { engine, told, put, start, pass } = await stage(({ url }) =>
    jsonResponse(200, url.includes("login") ? token : {}),
  );
  const auth = `, auth: {type: oauth2, token_url: "https://login.example/token", client_id: shop, client_secret: open}`;
  await engine.hosts.put(tenant, "login.example", { rate: "1/10s" });
  await put("first", callOf("https://login.example/token"));
  for (const name of ["shop", "pay"]) await put(name, callOf("https://shop.example/", auth));
  await start("first");
  const runs = [await start("shop"), await start("pay")];
  assert.deepEqual(told, ["login.example/token"]);
  await engine.hosts.put(tenant, "login.example", { rate: "1/10s", workflows: ["pay"] });
  await pass(60_000);
  const views = await Promise.all(runs.map((run) => engine.getRun(tenant, run)));
  assert.deepEqual(
    views.map(({ status, error }) => [status, error?.code]),
    [
      ["failed", code],
      ["completed", undefined],
    ],
  );
  assert.deepEqual(told, ["login.example/token", "login.example/token", "shop.example/"]);
});

test("a change holds for calls that wait, and for the next poll", async () => {
  const { engine, told, put, start, pass } = await stage(() => jsonResponse(202, {}));
  await engine.hosts.put(tenant, "bank.example", { rate: "1/10s" });
  const poll = `, response: {poll: {while: steps.a.response.status == 202, every: 5s, max: 1h}}`;
  await put("polls", `{a: {request: {method: GET, url: "https://bank.example/poll"}${poll}}}`);
  await put("shop", bank);
  const [polling, waiting] = [await start("polls"), await start("shop")];
  assert.deepEqual(told, ["bank.example/poll"]);
  await engine.hosts.put(tenant, "bank.example", { rate: "1/10s", workflows: ["pay"] });
  await pass(60_000);
  for (const run of [polling, waiting]) assert.equal((await engine.getRun(tenant, run)).error?.code, code);
  assert.deepEqual(told, ["bank.example/poll"]);
});

test("a child counts by its own workflow", async () => {
  const { engine, told, put, play } = await stage();
  await engine.hosts.put(tenant, "bank.example", { workflows: ["pay"] });
  await put("pay", bank);
  const child =
    "{a: {workflow: {name: pay}}, b: {after: [a], request: {method: GET, url: 'https://bank.example/'}}}";
  const { steps } = await play("shop", child);
  assert.deepEqual(
    steps.map(({ status, error }) => [status, error?.code]),
    [
      ["succeeded", undefined],
      ["failed", code],
    ],
  );
  assert.deepEqual(told, ["bank.example/pay"]);
});

test("an undo that is refused leaves the run partly undone, and is done when it is asked for again", async () => {
  const { engine, told, put, start, pass } = await stage(({ url }) =>
    jsonResponse(url.endsWith("/fail") ? 400 : 200, {}),
  );
  const undo = `compensate: {request: {method: POST, url: "https://bank.example/back"}}`;
  await put(
    "shop",
    `{a: {request: {method: POST, url: "https://shop.example/pay"}, ${undo}}, b: {after: [a], request: {method: POST, url: "https://shop.example/fail"}}}`,
  );
  await engine.hosts.put(tenant, "bank.example", { workflows: ["pay"] });
  const run = await start("shop");
  await pass(60_000);
  const view = await engine.getRun(tenant, run);
  assert.deepEqual([view.status, view.compensation], ["failed", "partial"]);
  assert.deepEqual(told, ["shop.example/pay", "shop.example/fail"]);
  await engine.hosts.put(tenant, "bank.example", { workflows: ["pay", "shop"] });
  await engine.compensateRun(tenant, run);
  await pass(60_000);
  assert.equal((await engine.getRun(tenant, run)).compensation, "complete");
  assert.equal(told.at(-1), "bank.example/back");
});

test("what a list may say is told at its place", async () => {
  const { engine } = await stage();
  for (const workflows of [[], ["Pay"], ["p*y"], ["pay-"], Array.from({ length: 101 }, (_, at) => `w-${at}`)])
    await assert.rejects(
      engine.hosts.put(tenant, "bank.example", { rate: "nonsense", workflows }),
      ({ extra }: { extra: { problems: { pointer: string }[] } }) =>
        extra.problems.map(({ pointer }) => pointer).join() === "/rate,/workflows",
      workflows.join(),
    );
  const { rule } = await engine.hosts.put(tenant, "bank.example", { workflows: ["pay", "pay", "*"] });
  assert.deepEqual(rule.workflows, ["pay", "*"]);
});
