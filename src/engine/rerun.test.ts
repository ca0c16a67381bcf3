// What a rerun takes over: outcomes with all that their undoing needs, and keys only of what stands for the same call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { planRerun } from "./rerun.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
const url = "https://a.example/x";
const undo = `compensate: {request: {method: DELETE, url: "${url}"}, when_unknown: true}`;

function keysOf(run: PlayRun, from: readonly string[], edited = false) {
  const { keptKeys } = planRerun(run.workflow, run.state, run.workflow, from, edited);
  return keptKeys.map(({ step, item }) => (item === null ? `${step}` : `${step}[${item}]`));
}

function again(run: PlayRun, document: string, from: readonly string[], free = true): PlayRun {
  const rerun = planRerun(run.workflow, run.state, run.workflow, from);
  const slot = free ? {} : { slot: { key: "", free } };
  return new PlayRun(document, {}, { runId: "run_02test", rerun, ...slot });
}

test("an unknown outcome that is carried over is undone when the document asks for it", () => {
  const document = `${head}
  a: {request: {method: POST, url: "${url}"}, on_error: continue, ${undo}}
  b: {request: {method: POST, url: "${url}"}, after: [a]}
`;
  const first = new PlayRun(document);
  first.lose("a");
  first.answer("b", 200);
  assert.equal(first.state.status, "completed");
  const second = again(first, document, ["b"]);
  second.answer("b", 400);
  assert.deepEqual(second.calls, ["undo a#1"]);
});

test("a child that completed too late is undone by the run that took it over", () => {
  const document = `${head}
  a: {workflow: {name: other}, timeout: 1s, on_error: continue}
  b: {request: {method: POST, url: "${url}"}, after: [a]}
`;
  const first = new PlayRun(document);
  first.after(1_000).tick();
  const child = first.state.steps[0]?.child?.run ?? "";
  const outcome = { type: "ended", status: "completed", output: null, error: null } as const;
  first.give({ type: "end_child", step: 0, item: null, child, outcome });
  first.answer("b", 200);
  const second = again(first, document, ["b"]);
  second.answer("b", 400);
  const [effect] = second.outstanding;
  assert.equal(effect?.type === "undo_child" && effect.run, child);
});

const items = (extra = "", over = "[1, 2]") => `${head}
  a:
    request: {method: POST, url: "${url}"}
    strategy: {type: scatter, over: ${over}}
    ${extra}
`;

test("an item's key is kept only while it stands for the same entry", () => {
  const run = new PlayRun(items());
  run.answer("a[0]", 200);
  run.lose("a[1]");
  assert.equal(run.state.status, "failed");
  assert.deepEqual(keysOf(run, []), ["0[1]"]);
  assert.deepEqual(keysOf(run, ["a"]), ["0[1]"]);
  assert.deepEqual(keysOf(run, ["a"], true), [], "another input may give another list");
});

test("a list that rests on items that run again may be another", () => {
  const run = new PlayRun(`${head}
  a: {value: "{{ item }}", strategy: {type: scatter, over: [1, 2]}}
  b:
    after: [a]
    request: {method: POST, url: "${url}"}
    strategy: {type: scatter, over: steps.a.output}
`);
  run.answer("b[0]", 200);
  run.lose("b[1]");
  assert.deepEqual(keysOf(run, []), ["1[1]"]);
  assert.deepEqual(keysOf(run, ["a[0]"]), []);
});

test("what was undone is called anew: its old key is spent", () => {
  const run = new PlayRun(items(undo));
  run.answer("a[0]", 400);
  run.lose("a[1]");
  assert.deepEqual(run.calls, ["undo a[1]#1"]);
  run.answer("a[1]", 200);
  assert.equal(run.state.status, "failed");
  assert.deepEqual(keysOf(run, []), []);
});

function keptBy(run: PlayRun, from: readonly string[] = []) {
  const { keptKeys } = planRerun(run.workflow, run.state, run.workflow, from);
  return keptKeys.map((kept) => kept.run);
}

/** Ways in which the second run ends without having learnt what became of the call of the first. */
const unanswered: Readonly<Record<string, (run: PlayRun) => unknown>> = {
  "whose connection is refused": (run) => run.lose("b", "network", false),
  "that is cancelled before it is sent once more": (run) => {
    run.lose("b", "network", false);
    run.cancel();
  },
  "that never begins": (run) => run.answer("a", 400),
};

for (const [way, end] of Object.entries(unanswered)) {
  test(`a key is kept over a rerun ${way}`, () => {
    const document = `${head}
  a: {request: {method: POST, url: "${url}"}}
  b: {request: {method: POST, url: "${url}"}, after: [a], retry: {max: ${way.includes("once more") ? 1 : 0}}}
`;
    const first = new PlayRun(document);
    first.answer("a", 200);
    first.lose("b", "timeout");
    first.cancel();
    assert.deepEqual(keptBy(first), ["run_01test"]);
    const second = again(first, document, way.endsWith("begins") ? ["a"] : []);
    end(second);
    assert.notEqual(second.state.endedAt, null);
    assert.deepEqual(keptBy(second), ["run_01test"]);
  });
}

test("keys of items are kept over a rerun that did not learn what became of them", () => {
  const first = new PlayRun(items());
  first.answer("a[0]", 200);
  first.lose("a[1]");
  const second = again(first, items(), []);
  second.lose("a[1]", "network", false);
  assert.deepEqual(keptBy(second), ["run_01test"]);
  const third = again(second, items(), []);
  third.answer("a[1]", 400);
  assert.deepEqual(keptBy(third), [], "an answer settles it");
  const queued = again(second, items(), ["a"], false);
  queued.cancel();
  assert.deepEqual(keptBy(queued), ["run_01test"], "the list was not even made");
});

test("the timeout of a step of which some items are taken over counts from the start of the run", () => {
  const document = items("timeout: 5s");
  const first = new PlayRun(document);
  first.answer("a[0]", 200);
  first.answer("a[1]", 400);
  const second = again(first, document, [], false);
  second.after(60_000).give({ type: "start" });
  assert.deepEqual(second.calls, ["a[1]#1"]);
  second.after(4_999).tick();
  assert.equal(second.statusOf("a"), "running");
  second.after(1).tick();
  assert.equal(second.statusOf("a"), "failed");
});

test("a queued rerun with items left waits for its place, and for nothing else", () => {
  const first = new PlayRun(items());
  first.answer("a[0]", 200);
  first.answer("a[1]", 400);
  const queued = again(first, items(), [], false);
  assert.deepEqual(
    queued.outstanding.map(({ type }) => type),
    ["slot"],
  );
});

test("nothing of a queued rerun goes on before its place is free, whatever it hears", () => {
  const document = items().replace("type: scatter", "type: scatter, min_success: 3");
  const first = new PlayRun(document);
  first.answer("a[0]", 200);
  first.answer("a[1]", 200);
  assert.equal(first.last("step.failed").failure.code, "too_few_successes");
  const second = again(first, document, [], false);
  assert.deepEqual(second.signal("packed"), ["signal.received"]);
  assert.deepEqual(second.tick(), []);
  assert.deepEqual(second.recover(), []);
  assert.deepEqual(second.give({ type: "resume" }), []);
  assert.deepEqual(second.give({ type: "start" }), [
    "run.started",
    "step.failed a",
    "run.ending",
    "run.failed",
  ]);
});

const kinds = {
  request: `request: {method: POST, url: "${url}"}`,
  child: "workflow: {name: other}",
  value: "value: 1",
  sleep: "sleep: 1s",
  wait: "wait: {signal: go}",
};
const strategies = ["", "scatter", "fan_out", "race", "batch", "reduce"];
const more: Readonly<Record<string, string>> = {
  batch: ", size: 1",
  reduce: ", initial: 0, expr: acc",
};

function kindDocument(version: number, what: string, strategy: string, rest = ""): string {
  const repeats = strategy === "" ? "" : `, strategy: {type: ${strategy}, over: [1]${more[strategy] ?? ""}}`;
  const steps = `a: {${what}${repeats}${rest}}\n  b: {${kinds.request}, after: [a]}\n`;
  return `name: w\nversion: ${version}\ntriggers: [{type: http}]\nsteps:\n  ${steps}`;
}

/** A run that completed: nothing of it was undone. */
function passedOnce(document: string): PlayRun {
  const run = new PlayRun(document);
  for (let turns = 0; run.state.steps[0]?.endedSeq === 0; turns++) {
    assert.ok(turns < 9, "a ends");
    const [effect] = run.outstanding;
    const item = effect !== undefined && "item" in effect ? effect.item : null;
    if (effect?.type === "call") run.answer(item === null ? "a" : `a[${item}]`, 200);
    else if (effect?.type === "child") {
      const outcome = { type: "ended", status: "completed", output: null, error: null } as const;
      run.give({ type: "end_child", step: 0, item, child: effect.run, outcome });
    } else if (effect?.type === "wake" && document.includes("sleep")) run.after(1_000).tick();
    else run.give({ type: "signal", name: "go", body: null, key: null, target: null });
  }
  run.answer("b", 200);
  assert.equal(run.state.status, "completed");
  return run;
}

test("an outcome is kept only by a step of the same kind; to run it again is said by name", () => {
  const documents = Object.entries(kinds).flatMap(([kind, what]) =>
    strategies.flatMap((strategy) =>
      strategy !== "" && (kind === "sleep" || kind === "wait")
        ? []
        : [{ kind: `${kind} ${strategy === "scatter" ? "fan_out" : strategy}`, what, strategy }],
    ),
  );
  assert.equal(documents.length, 20);
  for (const old of documents) {
    const run = passedOnce(kindDocument(1, old.what, old.strategy));
    for (const { kind, what, strategy } of documents) {
      const document = kindDocument(2, what, strategy);
      const after = new PlayRun(document).workflow;
      const name = `${old.kind} as ${kind}`;
      if (kind !== old.kind) {
        assert.throws(
          () => planRerun(run.workflow, run.state, after, []),
          { code: "rerun_kind_changed" },
          name,
        );
        assert.throws(() => planRerun(run.workflow, run.state, after, ["b"]), { code: "rerun_kind_changed" });
        const named = planRerun(run.workflow, run.state, after, ["a"]);
        assert.deepEqual([named.carried, named.keptKeys], [[], []], name);
        continue;
      }
      const rerun = planRerun(run.workflow, run.state, after, ["b"]);
      assert.equal(rerun.carried.length, 1);
      const second = new PlayRun(document, {}, { runId: "run_02test", rerun });
      second.answer("b", 422);
      assert.match(second.state.status, /^(failed|compensating)$/, name);
    }
  }
});

test("the refusal names each step, what it was and what it is, and what to do", () => {
  const run = passedOnce(kindDocument(1, kinds.request, ""));
  const { workflow } = new PlayRun(kindDocument(2, kinds.child, "batch"));
  assert.throws(() => planRerun(run.workflow, run.state, workflow, []), {
    message:
      "a was a request in version 1 and is a batch of workflows in version 2: the old outcome does not fit",
    hint: "let it run again (--from a): what it did before then stays done",
  });
});

test("a call of which nothing is known keeps no key for a step of another kind", () => {
  const run = new PlayRun(kindDocument(1, kinds.request, "", ", on_crash: fail"));
  run.lose("a");
  const { workflow } = new PlayRun(kindDocument(2, kinds.child, ""));
  assert.equal(planRerun(run.workflow, run.state, run.workflow, []).keptKeys.length, 1);
  assert.deepEqual(planRerun(run.workflow, run.state, workflow, []).keptKeys, []);
});

test("a log in which the outcome of a request was carried to a child ends, and says that it is not undone", () => {
  const first = passedOnce(kindDocument(1, kinds.request, ""));
  const rerun = planRerun(first.workflow, first.state, first.workflow, ["b"]);
  const second = new PlayRun(kindDocument(2, kinds.child, ""), {}, { runId: "run_02test", rerun });
  assert.deepEqual(second.answer("b", 422).slice(-2), ["compensation.failed a", "run.failed"]);
  assert.equal(second.state.compensation, "partial");
  assert.equal(second.last("compensation.failed").failure.code, "child_forgotten");
});
