// kill -9 while a locked tenant is sent webhooks and its schedules come due: after the sign-in each has one run, in order.
//
// Usage: node test/crash/inbox.ts [--webhooks N] [--due N] [--kills N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import type { Client } from "../../src/client/client.ts";
import type { ItemResource } from "../../src/client/resources.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { runIdOf } from "../../src/store/sqlite/run-id-bytes.ts";
import { registerTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const { values } = parseArgs({
  options: {
    webhooks: { type: "string", default: "1000" },
    due: { type: "string", default: "50" },
    kills: { type: "string", default: "5" },
  },
});
const [webhooks, due, kills] = [Number(values.webhooks), Number(values.due), Number(values.kills)];
const home = mkdtempSync(join(tmpdir(), "dispatched-inbox-"));
const open = { DISPATCHED_REGISTRATION: "open" };

const hooked = `
name: hooked
version: 1
triggers: [{type: http}]
steps: {no: {value: "{{ trigger.body.no }}"}}
output: "{{ trigger.body.no }}"
`;
const tick = `
name: tick
version: 1
triggers: [{type: cron, schedule: "* * * * * *", catch_up: none}]
steps: {at: {value: "{{ trigger.scheduled_at }}"}}
output: "{{ trigger.scheduled_at }}"
`;

/** What the tenant's database says, whoever has it open. */
function rows<Row>(sql: string): readonly Row[] {
  const database = new Database(join(home, "data", "dispatched.db"), { readonly: true });
  try {
    return database.prepare<[], Row>(sql).all();
  } finally {
    database.close();
  }
}

function dueItems(): number {
  const [row] = rows<{ readonly count: number }>("SELECT count(*) AS count FROM inbox WHERE kind = 'cron'");
  return row?.count ?? 0;
}

function runs(): number {
  return rows<{ readonly count: number }>("SELECT count(*) AS count FROM run")[0]?.count ?? 0;
}

let engine: EngineUnderTest;
let killed = 0;

async function restart(): Promise<void> {
  engine.child.kill("SIGKILL");
  await engine.ended;
  killed++;
  engine = await startDev(home, open);
}

/** Asks until it is acknowledged, as a sender does; kills come in between. */
async function send(token: string, no: number): Promise<void> {
  for (;;) {
    try {
      const answer = await fetch(`${engine.url}/hooks/${token}`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": String(no) },
        body: JSON.stringify({ no }),
      });
      const text = await answer.text();
      if (answer.status === 202 && text.includes('"item"')) return;
      if (answer.status < 500) throw new Error(`webhook ${no}: ${answer.status} ${text}`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await pause(20);
  }
}

async function sendAll(token: string): Promise<void> {
  const killAt = Array.from({ length: kills }, (_, index) =>
    Math.ceil(((index + 1) * webhooks) / (kills + 1)),
  );
  for (let no = 1; no <= webhooks; no++) {
    const sending = send(token, no);
    // In the middle of one that is under way, or just behind it.
    if (killAt.includes(no)) {
      await pause(Math.random() * 4);
      await restart();
    }
    await sending;
  }
  while (dueItems() < due) await pause(200);
}

/** Everything in the inbox, once nothing waits there any more. */
async function itemsOf(client: Client): Promise<readonly ItemResource[]> {
  while ((await client.listInbox({ state: "waiting", limit: "1" })).items.length > 0) await pause(200);
  const found: ItemResource[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.listInbox({ cursor, limit: "200" });
    found.push(...page.items);
    if (page.next === null) return found;
    cursor = page.next;
  }
}

/** What each run is of, in the order in which they were made. */
async function outputsOf(client: Client): Promise<ReadonlyMap<string, unknown>> {
  const outputs = new Map<string, unknown>();
  for (const { id } of rows<{ readonly id: Buffer }>("SELECT id FROM run ORDER BY no")) {
    const run = runIdOf(id);
    let found = await client.getRun(run);
    while (found.ended_at === null) found = await client.getRun(run, 5);
    outputs.set(run, found.output);
  }
  return outputs;
}

/** What is wrong with the runs of the items. `outputs`: in the order in which the runs were made. */
function judge(items: readonly ItemResource[], outputs: ReadonlyMap<string, unknown>): readonly string[] {
  const bad: string[] = [];
  const notStarted = items.filter(({ state, run }) => state !== "started" || run === null);
  if (notStarted.length > 0) bad.push(`${notStarted.length} items were not started`);
  const wanted = items.map(({ run }) => run);
  if (new Set(wanted).size !== wanted.length) bad.push("two items have one run");
  const known = new Set(wanted);
  const made = [...outputs.keys()].filter((run) => known.has(run));
  if (made.length !== wanted.length) bad.push(`${wanted.length - made.length} runs are not there`);
  if (made.some((run, index) => run !== wanted[index]))
    bad.push("the runs are not in the order of the inbox");
  const numbers = items
    .filter(({ workflow }) => workflow === "hooked")
    .map(({ run }) => outputs.get(run ?? ""));
  const expected = Array.from({ length: webhooks }, (_, index) => index + 1);
  if (JSON.stringify(numbers) !== JSON.stringify(expected))
    bad.push("webhooks are missing, twice or out of order");
  const times = [...outputs.values()].filter((body) => typeof body === "string");
  if (new Set(times).size !== times.length) bad.push("a due time has two runs");
  return bad;
}

try {
  engine = await startDev(home, open);
  const device = await registerTenant(engine.url);
  const { client } = await signIn(device);
  await client.putWorkflow("hooked", hooked, "yaml");
  const { token } = await client.createHook("hooked");
  await client.putWorkflow("tick", tick, "yaml");
  await client.signOut();
  // A due time of before may be under way.
  await pause(1_000);
  const before = runs();
  await sendAll(token);
  const cron = dueItems();
  const early = runs() - before;
  const { client: again } = await signIn({ ...device, url: engine.url });
  const items = await itemsOf(again);
  const bad = [...judge(items, await outputsOf(again))];
  if (early > 0) bad.push(`${early} runs were made while it was locked`);
  for (const line of bad) console.log(line);
  console.log(
    `${killed} kills, ${webhooks} webhooks and ${cron} due times while locked: ${items.length} items, ` +
      `${items.filter(({ run }) => run !== null).length} runs, ${bad.length} wrong`,
  );
  process.exitCode = bad.length === 0 && killed === kills ? 0 : 1;
  engine.child.kill("SIGTERM");
  await engine.ended;
} finally {
  rmSync(home, { recursive: true, force: true });
}
