// One action on many runs: told, begun, aborted in the middle; the page says what the engine says. Groups of failures for everybody.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineUnderTest } from "../process/start-engine.ts";
import { until } from "../process/until.ts";
import { assertAccessible } from "./chromium.ts";
import { devEngine, looks } from "./dev-engine.ts";
import { picture } from "./picture.ts";

/** So many that somebody can abort in the middle. */
const count = 2_000;
const gate = "name: gate\nversion: 1\ntriggers: [{type: http}]\nsteps: {ask: {wait: {signal: go}}}\n";
const failing = (name: string) => `name: ${name}
version: 1
triggers: [{type: http}]
steps:
  a-step-with-quite-a-long-name: {request: {method: GET, url: "http://127.0.0.1:9/"}, retry: {max: 0}}
`;

async function fill({ client }: EngineUnderTest): Promise<void> {
  await client.putWorkflow("gate", gate, "yaml");
  for (const name of ["failing", "another-workflow-that-fails-now-and-then"]) {
    await client.putWorkflow(name, failing(name), "yaml");
    const { run } = await client.startRun(name, { body: null });
    await until(client, run, ({ status }) => status === "failed");
  }
}

const dev = devEngine({}, fill);

test("an action on many is told, begun and aborted in the middle; the rest stays as it is", async () => {
  const { client } = dev.engine();
  for (let made = 0; made < count; made += 50) {
    await Promise.all(Array.from({ length: 50 }, () => client.startRun("gate", { body: null })));
  }
  const { page, context, assertClean } = await dev.open("/runs?workflow=gate&status=waiting");
  await page.getByRole("button", { name: "Cancel…" }).click();
  const dialog = page.getByRole("dialog");
  const begin = dialog.getByRole("button", { name: "Cancel 2,000 runs" });
  await begin.waitFor();
  assert.match(await dialog.innerText(), /2,000 runs, made from .* Nothing made after .* is taken/s);
  assert.equal((await client.listRuns({ status: ["cancelled"] })).runs.length, 0, "nothing is done yet");
  await begin.click();
  await dialog.getByText(/Under way: [1-9][\d,]* of 2,000/).waitFor();
  await dialog.getByRole("button", { name: "Abort" }).click();
  const said = dialog.getByText(/^Aborted: .* The others stay as they are/);
  await said.waitFor();
  const [bulk] = (await client.listBulks()).bulks;
  assert.equal(bulk?.state, "aborted");
  const { done = 0, refused, id = "" } = bulk ?? {};
  assert.ok(done > 0 && done < count, `${done} were dealt with`);
  assert.equal(
    await said.innerText(),
    `Aborted: ${done.toLocaleString("en")} of 2,000 dealt with, ${refused} refused. The others stay as they are.`,
  );
  const results = dialog.getByRole("list", { name: "What became of each" }).locator("li");
  await results.first().waitFor();
  const first = await client.getBulk(id);
  assert.equal(await results.count(), first.results.length);
  assert.match(await results.first().innerText(), new RegExp(`${first.results[0]?.run}.*done`, "s"));
  await assertAccessible(page);
  await picture(page, "runs-bulk-aborted");
  const cancelled: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { workflow: "gate", status: ["cancelled"], limit: 200 } as const;
    const found = await client.listRuns(cursor === undefined ? query : { ...query, cursor });
    cancelled.push(...found.runs.map((run) => run.id));
    cursor = found.next;
  }
  assert.equal(cancelled.length, done, "as many are cancelled as it says");
  await results.first().getByRole("link").first().click();
  await page.waitForURL(`**/runs/${first.results[0]?.run}`);
  await page.getByRole("region", { name: "Verdict" }).getByText("it was cancelled").waitFor();
  assertClean();
  await context.close();
});

for (const { name, look } of looks) {
  test(`groups of failures and what would be done with them are for everybody (${name})`, async () => {
    const { page, context, assertClean } = await dev.open("/runs?view=failures", look);
    const groups = page.getByRole("list", { name: "Groups of failures" }).locator("li");
    await groups.nth(1).waitFor();
    await assertAccessible(page);
    await picture(page, `failures-${name}`);
    await groups.first().getByRole("button", { name: "Rerun these…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Run again 1 run" }).waitFor();
    await assertAccessible(page);
    await picture(page, `failures-rerun-${name}`);
    const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    assert.ok(Number(wide) <= 0, `${wide} points too wide`);
    assertClean();
    await context.close();
  });
}
