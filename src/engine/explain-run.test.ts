// What is to be done about a run with children, while they and it go on and when they have ended.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import type { TenantId } from "../value/id.ts";
import type { Definitions } from "./definitions.ts";
import { explainRun } from "./explain-run.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
const call = 'request: {method: POST, url: "https://s.example/"}';

test("while a run undoes, its child that failed is not told to go again", async () => {
  const undo = 'compensate: {request: {method: DELETE, url: "https://s.example/"}}';
  const parent = new PlayRun(`${head}  a: {${call}, ${undo}}\n  b: {workflow: {name: inner}, after: [a]}`);
  parent.answer("a", 201);
  const { run: id } = parent.last("child.started");
  const child = new PlayRun(`${head.replace("name: w", "name: inner")}  c: {${call}}`);
  child.answer("c", 422);
  const told = (run: string) =>
    explainRun(
      "ten_1" as TenantId,
      run as Parameters<typeof explainRun>[1],
      {
        find: async (_: TenantId, name: string) => ({
          workflow: name === "w" ? parent.workflow : child.workflow,
        }),
      } as unknown as Definitions,
      async (one) => (one === id ? child.state : parent.state),
    );
  const outcome = { type: "ended", status: "failed", output: null, error: "no" } as const;
  parent.give({ type: "end_child", child: id, step: 1, item: null, outcome });
  const undoing = await told("run_parent");
  assert.equal(undoing.inner?.failure?.code, "http_422");
  assert.match(undoing.next.text, /^nothing is to be done/);
  assert.equal(undoing.inner?.next.text, undoing.next.text);
});

const parentOf = (run: string, depth: number) => ({ run, root: "run_top", step: 0, item: null, depth });

test("a run in line for a place that a run above it holds is told to wait in vain", async () => {
  const text = (limit: number, more = "") =>
    `${head.replace("steps:", `concurrency: {limit: ${limit}${more}}\nsteps:`)}  a: {workflow: {name: w}}`;
  const told = async (limit: number, free: boolean, more = "", step = "", whole = "") => {
    const slot = (isFree: boolean) => ({ slot: { key: "k", free: isFree } });
    const document = text(limit, more)
      .replace("{name: w}}", `{name: w}${step}}`)
      .replace("steps:", `${whole}steps:`);
    const top = new PlayRun(document, {}, { runId: "run_top", ...slot(true) });
    const id = top.last("child.started").run;
    const child = new PlayRun(document, {}, { runId: id, parent: parentOf("run_top", 1), ...slot(free) });
    return explainRun(
      "ten_1" as TenantId,
      "run_top" as Parameters<typeof explainRun>[1],
      { find: async () => ({ workflow: top.workflow }) } as unknown as Definitions,
      async (one) => (one === id ? child.state : top.state),
    );
  };
  const stuck = await told(1, false);
  assert.match(stuck.inner?.cause ?? "", /^it waits for the place that run_top holds/);
  assert.equal(stuck.next.text, "dispatched runs cancel run_top");
  const others = [
    await told(2, false),
    await told(1, false, ", on_limit: cancel_oldest"),
    // These end by themselves.
    await told(1, false, "", ", timeout: 1m"),
    await told(1, false, "", ", strategy: {type: race, over: [x]}"),
    await told(1, false, "", "", "timeout: 1m\n"),
  ];
  for (const other of others) {
    assert.equal(other.inner?.cause, null);
    assert.match(other.next.text, /^nothing is to be done/);
  }
});

test("what is undone of a child is told before its root goes again", async () => {
  const undo = 'compensate: {request: {method: DELETE, url: "https://s.example/"}}';
  const top = new PlayRun(`${head}  a: {${call}, ${undo}}\n  b: {workflow: {name: inner}, after: [a]}`);
  top.answer("a", 201);
  const { run: id } = top.last("child.started");
  const document = `${head.replace("name: w", "name: inner")}  c: {${call}, ${undo}}\n  d: {${call}, after: [c]}`;
  const child = new PlayRun(document, {}, { runId: id, parent: parentOf("run_top", 1) });
  child.answer("c", 201);
  child.answer("d", 422);
  child.answer("c", 204);
  const outcome = { type: "ended", status: "failed", output: null, error: "no" } as const;
  top.give({ type: "end_child", child: id, step: 1, item: null, outcome });
  top.answer("a", 204);
  const { next, inner } = await explainRun(
    "ten_1" as TenantId,
    "run_top" as Parameters<typeof explainRun>[1],
    {
      find: async (_: TenantId, name: string) => ({
        workflow: name === "w" ? top.workflow : child.workflow,
      }),
    } as unknown as Definitions,
    async (one) => (one === id ? child.state : top.state),
  );
  const ofChild = `in ${id}: c was undone and runs again`;
  assert.equal(next.note, `a was undone and runs again; ${ofChild}`);
  assert.equal(inner?.next.note, next.note);
});
