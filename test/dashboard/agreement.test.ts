// The list and the page of a run, both open while a thousand statuses change: at rest they say the same as the engine, and each other.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { ScriptedService } from "../process/scripted-service.ts";
import { until } from "../process/until.ts";
import { devEngine } from "./dev-engine.ts";
import { signedIn } from "./signed-in.ts";

const service = new ScriptedService();
let address = "";
const dev = devEngine({}, async ({ client }) => {
  address = await service.start();
  service.scripts.set("/busy", () => [503, {}]);
  await client.putWorkflow(
    "stressed",
    `name: stressed
version: 1
triggers: [{type: http}]
steps:
  ask: {wait: {signal: go, timeout: 6h}}
  call: {after: [ask], request: {method: POST, url: "${address}/busy"}, retry: {max: 3, delay: 1h, max_delay: 1h, jitter: none}}
`,
    "yaml",
  );
});
after(() => service.stop());

const runsAtOnce = 20;
/** Of each run, in a round: with twenty runs and five rounds, a thousand changes. */
const changes = 10;

interface Told {
  readonly status: string;
  readonly doing: string;
}

/** What the list says in the row of a run: its mark, and what it is doing without the countdown behind it. */
const rowOf = (run: string) => `(() => {
  const row = document.getElementById(${JSON.stringify(`row-${run}`)});
  return { status: row?.querySelector("[data-status]")?.dataset.status, doing: row?.children[4]?.title };
})()`;

/** What the page of the run says: its mark, and its verdict. */
const headOf = `(() => ({
  status: document.querySelector("h1 [data-status]")?.dataset.status,
  doing: document.querySelector("[data-verdict]")?.textContent,
}))()`;

const said = (page: Page, expression: string) => page.evaluate(expression) as Promise<Told>;

/** The mark that both must show: a retry says more than that the run runs or waits. */
async function expected(run: string): Promise<Told & { readonly over: boolean }> {
  const { client } = dev.engine();
  const { status, doing, now, ended_at } = await client.getRun(run);
  const live = status === "running" || status === "waiting";
  const mark = live && doing.includes("retrying") ? "retrying" : status;
  const over = ended_at !== null;
  return { status: mark, doing: over ? (await client.explain(run)).verdict : now, over };
}

/** Once all commands of a round have been answered: waits until both say it, and reads both at once. */
async function settled(list: Page, one: Page, run: string): Promise<void> {
  const want = await expected(run);
  const shown = { run: `[data-status=${want.status}]` };
  await list.locator(`#row-${run} ${shown.run}`).first().waitFor();
  await one.locator(`h1 ${shown.run}`).waitFor();
  await one.locator("[data-verdict]").filter({ hasText: want.doing }).waitFor();
  const [row, head] = await Promise.all([said(list, rowOf(run)), said(one, headOf)]);
  assert.equal(row.status, want.status);
  assert.equal(head.status, row.status, "the two pages agree");
  assert.ok(head.doing.startsWith(want.doing), head.doing);
  // Of what has ended the list says how long it took instead.
  if (!want.over) assert.equal(row.doing, want.doing);
}

test("after each round of a thousand changes both pages say what the engine says", async () => {
  const { client, url } = dev.engine();
  const runs: string[] = [];
  for (let made = 0; made < runsAtOnce; made++) {
    runs.push((await client.startRun("stressed", { body: null })).run);
  }
  const [run = "", failing = "", ended = ""] = runs;
  const list = await dev.open("/runs?workflow=stressed");
  await list.page
    .locator("tr[id^=row-]")
    .nth(runsAtOnce - 1)
    .waitFor();
  const one = await signedIn(dev.browser(), { url, home: dev.home, path: `/runs/${run}` });
  await one.page.locator("[data-verdict]").waitFor();
  let changed = 0;
  for (let round = 0; round < 5; round++) {
    // Each round ends at another status: paused, or waiting.
    const last = round % 2 === 0 ? "pause" : "resume";
    const first = last === "pause" ? "resume" : "pause";
    await Promise.all(
      runs.map(async (id) => {
        for (let change = 0; change < changes; change++, changed++) {
          await client.command(id, change % 2 === 0 ? first : last).catch(() => undefined);
        }
      }),
    );
    await settled(list.page, one.page, run);
  }
  assert.equal(changed, 1_000);
  const goTo = async (id: string) => {
    await one.page.goto(`/runs/${id}`);
    await one.page.locator("[data-verdict]").waitFor();
  };
  // What no command says: a run that retries, one that ended.
  await client.command(failing, "resume").catch(() => undefined);
  await goTo(failing);
  await client.sendSignal(failing, "go", { body: null });
  await until(client, failing, ({ doing }) => doing.includes("retrying"));
  await settled(list.page, one.page, failing);
  await goTo(ended);
  await client.cancelRun(ended, true);
  await until(client, ended, ({ ended_at }) => ended_at !== null);
  await settled(list.page, one.page, ended);
  for (const id of runs) {
    const { status } = await expected(id);
    assert.equal((await said(list.page, rowOf(id))).status, status, id);
  }
  for (const { assertClean, context } of [list, one]) {
    assertClean();
    await context.close();
  }
});
