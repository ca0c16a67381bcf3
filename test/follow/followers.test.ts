// Nobody misses an event or hears one twice, over a crash of the engine and beside others who never read. `npm run followers` does it with 1,000.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { followThroughCrash } from "./followers.ts";
import { besideUnread, followBesideUnread, grownBytesMax } from "./unread.ts";

let home: string;

before(() => {
  home = mkdtempSync(join(tmpdir(), "dispatched-follow-"));
});

after(() => rmSync(home, { recursive: true, force: true }));

test("each follower hears every event once and in order, over a crash", async () => {
  const { followers, lastSeqs } = await followThroughCrash(home, 4, 3);
  assert.equal(followers.length, 12);
  for (const { run, seqs, connections } of followers) {
    const last = lastSeqs.get(run) ?? 0;
    assert.ok(last > 8 && connections > 1);
    assert.deepEqual(seqs, numbersTo(last));
  }
});

test("connections that never read hold up neither the followers beside them nor the run", async () => {
  const { followers, lastSeq, open, grownBytes } = await followBesideUnread(home, besideUnread.small);
  assert.ok(lastSeq > 100);
  for (const { seqs, connections } of followers) {
    assert.equal(connections, 1);
    assert.deepEqual(seqs, numbersTo(lastSeq));
  }
  assert.equal(open, besideUnread.small.unread);
  assert.ok((grownBytes ?? 0) < grownBytesMax, `${grownBytes} bytes more`);
});

function numbersTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

async function withEngine(use: (engine: EngineUnderTest) => Promise<void>): Promise<void> {
  const engine = await startDev(home);
  try {
    await use(engine);
  } finally {
    engine.child.kill("SIGKILL");
    await engine.ended;
  }
}

/** What a stream says until `isEnough` of it. */
async function hear(answer: Response, isEnough: (text: string) => boolean): Promise<string> {
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (isEnough(text)) break;
  }
  return text;
}

test("the list as a stream tells runs that fit as they change, and a session's end ends it", async () => {
  await withEngine(async ({ url, token, client }) => {
    const headers = { accept: "text/event-stream", "dispatched-session": token };
    const follow = (query: string) => fetch(`${url}/api/runs?${query}`, { headers });
    const [all, none] = [await follow("workflow=followed"), await follow("status=failed")];
    assert.equal(all.headers.get("content-type"), "text/event-stream; charset=utf-8");
    const { run } = await client.startRun("followed", { body: null });
    const text = await hear(all, (heard) => heard.includes(run));
    assert.match(text, /^: follows\n\nevent: reset\ndata: \{\}\n\n/);
    assert.match(text, /event: run\ndata: \{"id":"run_/);
    await fetch(`${url}/api/session?all=true`, {
      method: "DELETE",
      headers: { "dispatched-session": token },
    });
    assert.doesNotMatch(await hear(none, () => false), /event: run/);
  });
});

test("a stream of what is not there, or is over, is told before it begins", async () => {
  await withEngine(async ({ url, token, client }) => {
    const headers = { accept: "text/event-stream", "dispatched-session": token };
    const ask = (run: string, id: string) =>
      fetch(`${url}/api/runs/${run}/events`, { headers: { ...headers, "last-event-id": id } });
    const { run } = await client.startRun("followed", { body: null });
    assert.equal((await ask("run_00000000000000000000000000", "0")).status, 404);
    assert.equal((await ask(run, "x")).status, 400);
    await client.cancelRun(run, true);
    const { seq } = await client.getRun(run, 10);
    const text = await (await ask(run, "0")).text();
    assert.equal([...text.matchAll(/^id: /gm)].length, seq);
    assert.ok(text.endsWith(`event: ended\ndata: {"seq":${seq}}\n\n`));
    assert.equal((await ask(run, String(seq))).status, 204);
  });
});
