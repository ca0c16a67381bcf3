// A run that can be read and not decided is shown as it stands, and ended by hand: its place is free, its origin goes again.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sandbox } from "../../src/ports/sandbox.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { RunId } from "../../src/value/id.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { AnsweringCaller } from "./answering-caller.ts";
import { until } from "./until.ts";

const request = (path: string) => `request: {method: POST, url: "https://a.example/${path}"}`;
const document = (version: number, b: string) => `name: one-by-one
version: ${version}
triggers: [{type: http}]
concurrency: {limit: 1}
steps:
  a: {${request("a")}, compensate: {${request("undo")}}}
  b: {after: [a], ${b}}
`;

test("a run that could not be decided is shown, ended by hand, and holds up neither its place nor a rerun", async () => {
  const caller = new AnsweringCaller();
  const node = await startNode(new MemoryStore({ exclusive: true }), caller);
  const { engine } = node;
  // A fault of the engine in the midst of a decision: nothing that a document or a service could bring about.
  const broken: Sandbox["evaluate"] = () =>
    Promise.reject(new DispatchedError("internal", "it cannot be decided"));
  try {
    await node.signIn(1);
    const put = (text: string) =>
      engine.putWorkflow(tenant, { name: "one-by-one", text, format: "yaml", dryRun: false });
    await put(document(1, `value: 1`));
    await put(document(2, `value: {expr: "return 1", lang: lua}`));
    const { run: first } = await engine.startRun(tenant, { ...startOf("one-by-one"), version: 1 });
    await until(async () => (await engine.getRun(tenant, first)).status === "completed");
    const evaluate = node.ports.sandbox.evaluate.bind(node.ports.sandbox);
    Object.assign(node.ports.sandbox, { evaluate: broken });
    const again = { from: ["b"], version: 2 };
    const { run } = await engine.rerun(tenant, first, again);
    await until(async () => (await engine.getRun(tenant, run)).quarantined === true);
    Object.assign(node.ports.sandbox, { evaluate });

    const view = await engine.getRun(tenant, run);
    assert.match(view.now.line, /^quarantined · /);
    assert.equal(view.steps[0]?.status, "succeeded");
    const listed = await engine.listRuns(tenant, {}, null, 10);
    assert.deepEqual(
      listed.rows.map(({ id, quarantined }) => [id, quarantined]),
      [
        [run, true],
        [first, false],
      ],
    );
    const told = await engine.explainRun(tenant, run);
    assert.match(told.cause ?? "", /could not decide what is next/);
    assert.equal(told.next.text, `dispatched runs cancel ${run} --no-compensate`);
    await assert.rejects(engine.pauseRun(tenant, run), { code: "run_quarantined", message: /stands still/ });
    await assert.rejects(engine.cancelRun(tenant, run, true), { code: "run_quarantined" });

    const { run: behind } = await engine.startRun(tenant, { ...startOf("one-by-one"), version: 1 });
    const statusOf = async (one: RunId) => (await engine.getRun(tenant, one)).status;
    assert.equal(await statusOf(behind), "queued");
    await assert.rejects(engine.rerun(tenant, first, again), { code: "run_not_ended" });

    const ended = await engine.cancelRun(tenant, run, false);
    assert.deepEqual([ended.status, ended.quarantined, ended.compensation], ["cancelled", undefined, "none"]);
    await until(async () => (await statusOf(behind)) === "completed");
    const { run: last } = await engine.rerun(tenant, first, again);
    await until(async () => (await statusOf(last)) === "completed");
    assert.deepEqual(
      caller.requests.map(({ url }) => new URL(url).pathname),
      ["/a", "/a"],
    );
  } finally {
    await engine.stop();
  }
});
