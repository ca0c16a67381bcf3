// A bulk action goes on where its tenant is open, and waits a while for runs that another node holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundOutcome } from "../../src/ports/caller.ts";
import type { RunId } from "../../src/value/id.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { AuditStage, startAt, tenant } from "./audit-stage.ts";

const documents = {
  waits: "mode: attended\ntriggers: [{type: http}]\nsteps: {go: {wait: {signal: go}}}",
  calls: `triggers: [{type: http}]
steps:
  call: {request: {method: POST, url: "https://api.example.com/a"}, response: {timeout: 10m}}
  go: {after: [call], wait: {signal: go}}`,
};

async function twoNodes() {
  const stage = new AuditStage();
  const vaults = [stage.vault(true), stage.vault(true)] as const;
  const [first, second] = [
    await stage.engine(vaults[0], stage.store, { node: "first" }),
    await stage.engine(vaults[1], stage.store, { node: "second" }),
  ];
  const pass = (seconds: number) => stage.clock.passTo(startAt + seconds * 1_000);
  const start = async (workflow: keyof typeof documents): Promise<RunId> => {
    const text = `name: ${workflow}\nversion: 1\n${documents[workflow]}`;
    await first.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
    const trigger = {
      type: "http",
      method: "POST",
      headers: {},
      query: {},
      body: {},
      rawBody: "{}",
    } as const;
    return (await first.startRun(tenant, { workflow, version: null, trigger, idempotencyKey: null })).run;
  };
  return { stage, vaults, first, second, pass, start };
}

test("a bulk action goes on where its tenant is open when it is not any more where it was begun", async () => {
  const { stage, vaults, first, second, pass, start } = await twoNodes();
  const runs = [await start("waits"), await start("waits")];
  await pass(5);
  const pending = stage.store.bulks.pending.bind(stage.store.bulks);
  stage.store.bulks.pending = (...asked) => {
    stage.store.bulks.pending = pending;
    vaults[0].lock(tenant);
    first.locked(tenant);
    return pending(...asked);
  };
  const { id } = await first.bulks.begin(tenant, { action: "cancel", runs });
  await pass(30);
  const row = await second.bulks.show(tenant, id);
  assert.deepEqual([row.state, row.done, row.refused], ["done", 2, 0]);
  for (const run of runs) assert.equal((await stage.store.readRun(tenant, run))?.status, "cancelled");
  await Promise.all([first.stop(), second.stop()]);
});

test("a run that another node holds is tried again, and holds up no other", async () => {
  const { stage, first, second, pass, start } = await twoNodes();
  const answered = Promise.withResolvers<OutboundOutcome>();
  stage.caller = new AnsweringCaller(() => answered.promise);
  const [held, free] = [await start("calls"), await start("waits")];
  await pass(5);
  const { id } = await second.bulks.begin(tenant, { action: "pause", runs: [held, free] });
  await pass(25);
  assert.deepEqual(
    (await second.bulks.results(tenant, id, false, null, 9)).rows.map(({ run, done }) => [run, done]).sort(),
    [
      [held, false],
      [free, true],
    ].sort(),
  );
  answered.resolve(jsonResponse(200, {}));
  await pass(40);
  const row = await second.bulks.show(tenant, id);
  assert.deepEqual([row.state, row.done, row.refused], ["done", 2, 0]);
  assert.equal((await stage.store.readRun(tenant, held))?.status, "paused");
  await Promise.all([first.stop(), second.stop()]);
});

test("a run that another node does not let go within a minute is refused", async () => {
  const { stage, first, second, pass, start } = await twoNodes();
  const answered = Promise.withResolvers<OutboundOutcome>();
  stage.caller = new AnsweringCaller(() => answered.promise);
  const held = await start("calls");
  await pass(5);
  const { id } = await second.bulks.begin(tenant, { action: "pause", runs: [held] });
  await pass(55);
  assert.equal((await second.bulks.show(tenant, id)).state, "running");
  await pass(75);
  const { rows } = await second.bulks.results(tenant, id, true, null, 9);
  assert.deepEqual(
    rows.map(({ run, code }) => [run, code]),
    [[held, "run_elsewhere"]],
  );
  answered.resolve(jsonResponse(200, {}));
  await pass(76);
  await Promise.all([first.stop(), second.stop()]);
});
