// The page of a callback's address: shown, answered by its form on a phone, refused, over; looking changes nothing.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  assertAccessible,
  findChromium,
  launchChromium,
  noChromium,
  openPage,
} from "../dashboard/chromium.ts";
import { notRun } from "../process/not-run.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-callback-page-"));
let engine: EngineUnderTest;
let service: Server;
const waiting: ((address: string) => void)[] = [];

before(async () => {
  service = createServer(async (request, answer) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    answer.writeHead(202).end();
    waiting.shift()?.(JSON.parse(text).answer);
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const { port } = service.address() as { port: number };
  engine = await startDev(home);
  const document = (name: string, wait: string) => `name: ${name}
version: 1
triggers: [{type: http}]
steps:
  ask:
    request: {method: POST, url: "http://127.0.0.1:${port}/", body: {answer: "{{ callback.url }}"}}
    wait: ${wait}
output: "{{ steps.ask.output }}"
`;
  const show = `{title: "Pay <b>{{ trigger.body.who }}</b>?", text: "It is \\"due\\".", data: {amount: 120, to: "<script>alert(1)</script>"}}`;
  const properties = `approved: {type: boolean, title: Approve it}
        by: {type: string, minLength: 1, maxLength: 40}
        amount: {type: integer, minimum: 1}
        level: {enum: [low, 2]}
        more: {type: object}`;
  const full = `
      timeout: 1h
      show: ${show}
      schema:
       type: object
       required: [approved, by]
       additionalProperties: false
       properties:
        ${properties}`;
  await engine.client.putWorkflow("full", document("full", full), "yaml");
  await engine.client.putWorkflow("plain", document("plain", "{timeout: 1h}"), "yaml");
  await engine.client.putWorkflow("short", document("short", "{timeout: 1s, on_timeout: continue}"), "yaml");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.close();
  rmSync(home, { recursive: true, force: true });
});

async function start(workflow: string): Promise<{ readonly run: string; readonly address: string }> {
  const address = new Promise<string>((resolve) => waiting.push(resolve));
  const { run } = await engine.client.startRun(workflow, { body: '{"who": "Ann"}' });
  return { run, address: await address };
}

const asBrowser = { accept: "text/html,application/xhtml+xml" };

function post(address: string, fields: Readonly<Record<string, string>>) {
  const init = { method: "POST", headers: asBrowser, body: new URLSearchParams(fields) };
  return fetch(address, { ...init, redirect: "manual" });
}

const ended = async (run: string) => (await engine.client.getRun(run, 20)).output;

test("a browser gets a page without scripts, in which every word is escaped; programs get JSON", async () => {
  const { run, address } = await start("full");
  const answer = await fetch(address, { headers: asBrowser });
  const html = await answer.text();
  assert.equal(answer.status, 200);
  assert.match(
    answer.headers.get("content-security-policy") ?? "",
    /^default-src 'none'; style-src 'sha256-/,
  );
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
  assert.doesNotMatch(html, /<script|<b>/);
  assert.match(html, /<h1>Pay &lt;b&gt;Ann&lt;\/b&gt;\?<\/h1>/);
  assert.ok(!html.includes(run), "nothing of the run but what is shown");
  for (const accept of ["*/*", "application/json"]) {
    const json = await (await fetch(address, { headers: { accept } })).json();
    assert.deepEqual(Object.keys(json as object), ["status", "show", "until"]);
  }
  for (const method of ["HEAD", "GET"]) await fetch(address, { method, headers: asBrowser });
  assert.equal((await engine.client.getRun(run)).ended_at, null);
});

test("the form becomes what the schema asks for, once; the page says then that it was answered, and when", async () => {
  const { run, address } = await start("full");
  const fields = { approved: "true", by: "bo", amount: "12", level: "2", more: '{"a": [1]}' };
  const form = Object.fromEntries(Object.entries(fields).map(([name, value]) => [`answer.${name}`, value]));
  const answer = await post(address, form);
  assert.deepEqual([answer.status, answer.headers.get("location")], [303, new URL(address).pathname]);
  assert.deepEqual(await ended(run), { approved: true, by: "bo", amount: 12, level: 2, more: { a: [1] } });
  const again = await post(address, form);
  assert.equal(again.status, 200);
  for (const page of [again, await fetch(address, { headers: asBrowser })]) {
    assert.match(await page.text(), /This was answered.*An answer came on <time datetime="\d{4}-/s);
  }
});

test("what does not fit is told in the form, with what was given, and the wait goes on", async () => {
  const { run, address } = await start("full");
  const wrong: readonly Readonly<Record<string, string>>[] = [
    { "answer.by": "<i>bo" },
    { "answer.by": "<i>bo", "answer.approved": "perhaps" },
    { "answer.by": "<i>bo", "answer.approved": "true", "answer.amount": "many" },
    { "answer.by": "<i>bo", "answer.approved": "true", "answer.more": "{" },
    { "answer.by": "<i>bo", "answer.approved": "true", "answer.__proto__": "x" },
  ];
  for (const fields of wrong) {
    const answer = await post(address, fields);
    const html = await answer.text();
    assert.ok([400, 422].includes(answer.status), JSON.stringify(fields));
    assert.match(html, /class="wrong" role="alert"/);
    assert.match(html, /value="&lt;i&gt;bo"/);
  }
  assert.equal((await engine.client.getRun(run)).ended_at, null);
  assert.equal((await post(address, { "answer.approved": "false", "answer.by": "bo" })).status, 303);
  assert.deepEqual(await ended(run), { approved: false, by: "bo" });
});

test("without a schema there is one field; what ended without an answer says so; a wrong address is a page, too", async () => {
  const plain = await start("plain");
  assert.equal((await post(plain.address, { answer: "yes,\r\nof course" })).status, 303);
  assert.equal(await ended(plain.run), "yes,\nof course");
  const short = await start("short");
  await ended(short.run);
  assert.match(await (await fetch(short.address, { headers: asBrowser })).text(), /This is over/);
  assert.equal(((await (await fetch(short.address)).json()) as { status: string }).status, "over");
  assert.match(await (await post(short.address, { answer: "late" })).text(), /This is over/);
  const unknown = await fetch(`${engine.url}/callbacks/nothing`, { headers: asBrowser });
  assert.equal(unknown.status, 404);
  assert.match(await unknown.text(), /<h1>Nobody waits for this callback<\/h1>/);
});

test("a person answers on a phone, in the dark", async (context) => {
  if (findChromium() === null) return notRun(context, `page of a callback on a phone: ${noChromium}`);
  const browser = await launchChromium();
  try {
    const { run, address } = await start("full");
    const { page, assertClean } = await openPage(browser, engine.url, { phone: true, theme: "dark" });
    await page.goto(address);
    await assertAccessible(page);
    const width = await page.evaluate("document.documentElement.scrollWidth");
    assert.ok(Number(width) <= 390, `${width} points wide`);
    await page.getByRole("group", { name: "Approve it" }).getByLabel("Yes").check();
    await page.getByLabel("by", { exact: true }).fill("bo");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: "This was answered" }).waitFor();
    assertClean();
    assert.deepEqual(await ended(run), { approved: true, by: "bo" });
  } finally {
    await browser.close();
  }
});
