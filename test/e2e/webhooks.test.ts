// GitHub's own examples of what it sends, each signed rightly and wrongly, through a hook of the real server.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Webhooks } from "@octokit/webhooks";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";

interface Example {
  readonly name: string;
  readonly examples: readonly object[];
}

const home = mkdtempSync(join(tmpdir(), "dispatched-webhooks-"));
const secret = "what GitHub was told";
const github = new Webhooks({ secret });
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

function payloads(): readonly { readonly event: string; readonly text: string }[] {
  const file = new URL(import.meta.resolve("@octokit/webhooks-examples"));
  const read = JSON.parse(readFileSync(file, "utf8")) as readonly Example[];
  return read.flatMap(({ name, examples }) =>
    examples.map((example) => ({ event: name, text: JSON.stringify(example) })),
  );
}

test("every example of GitHub's starts one run when it is rightly signed, and none otherwise", async () => {
  const { client } = engine;
  await client.putSecret("GITHUB_SECRET", secret);
  await client.putWorkflow(
    "from-github",
    `name: from-github
version: 1
triggers: [{type: http, verify: {type: github, secret: GITHUB_SECRET}}]
steps: {note: {value: {event: "{{ trigger.headers['x-github-event'] }}", body: "{{ trigger.body }}"}}}
output: "{{ steps.note.output }}"
`,
    "yaml",
  );
  const { url } = await client.createHook("from-github");
  const post = async (text: string, event: string, delivery: string, signature: string) => {
    const headers = {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": delivery,
      "x-hub-signature-256": signature,
    };
    const answer = await fetch(url, { method: "POST", headers, body: text });
    return { status: answer.status, json: (await answer.json()) as Readonly<Record<string, string>> };
  };
  const sent = payloads();
  assert.ok(sent.length >= 300, `${sent.length} examples`);
  const runs = new Map<string, (typeof sent)[number]>();
  for (const [number, one] of sent.entries()) {
    const signature = await github.sign(one.text);
    const wrong = await post(
      one.text,
      one.event,
      `wrong-${number}`,
      signature.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
    );
    assert.deepEqual([wrong.status, wrong.json["code"]], [401, "signature_invalid"]);
    const right = await post(one.text, one.event, `right-${number}`, signature);
    assert.equal(right.status, 202);
    runs.set(right.json["run"] ?? "", one);
  }
  assert.equal(runs.size, sent.length);
  for (const [run, { event, text }] of runs) {
    const { status, output } = await ended(client, run);
    assert.equal(status, "completed");
    assert.deepEqual(output, { event, body: JSON.parse(text) });
  }
});

test("a sender of forms is read, its signature is over the bytes that came, and its challenge is answered", async () => {
  const { client } = engine;
  await client.putSecret("SLACK_SECRET", "of slack");
  await client.putWorkflow(
    "from-slack",
    `name: from-slack
version: 1
triggers: [{type: http, verify: {type: slack, secret: SLACK_SECRET}}]
steps: {note: {value: "{{ trigger.body }}"}}
output: "{{ steps.note.output }}"
`,
    "yaml",
  );
  const { url } = await client.createHook("from-slack");
  const signed = (body: string, type = "application/x-www-form-urlencoded") => {
    const at = `${Math.floor(Date.now() / 1_000)}`;
    const mac = createHmac("sha256", "of slack").update(`v0:${at}:${body}`).digest("hex");
    return { "content-type": type, "x-slack-request-timestamp": at, "x-slack-signature": `v0=${mac}` };
  };
  const body = "command=%2Fdeploy&text=now+please&tag=a&tag=b";
  const headers = signed(body);
  const answer = await fetch(url, { method: "POST", headers, body });
  const { run } = (await answer.json()) as { readonly run: string };
  const { output } = await ended(client, run);
  assert.deepEqual(output, { command: "/deploy", text: "now please", tag: ["a", "b"] });
  assert.equal((await fetch(url, { method: "POST", headers, body: `${body}&tag=c` })).status, 401);
  const asks = '{"token":"t","challenge":"3eZbrw1a","type":"url_verification"}';
  const asked = await fetch(url, { method: "POST", headers: signed(asks, "application/json"), body: asks });
  assert.equal(asked.status, 200);
  assert.deepEqual(await asked.json(), { challenge: "3eZbrw1a" });
  assert.equal((await client.listRuns({ workflow: "from-slack" })).runs.length, 1);
});
