// What explain says about runs that wait, and about those that fail by a step or by an item of one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { explain } from "./explain.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
const call = 'request: {method: POST, url: "https://s.example/{{ item }}"}';
const own = "dispatched runs rerun run_01test";

const endsAlone = /, then dispatched runs rerun run_01test$/;

function told(run: PlayRun) {
  return explain(run.workflow, run.state);
}

function next(run: PlayRun): string {
  return told(run).next.text;
}

/** A strategy over `a`, `b` and `c`, of which at most two are open at once. */
function items(rest: string, strategy = "type: fan_out, concurrency: 2"): PlayRun {
  return new PlayRun(`${head}  reserve: {${call}, ${rest} strategy: {${strategy}, over: [a, b, c]}}`);
}

test("a run that waits tells what it waits for", () => {
  const all = new PlayRun(`${head}  a: {wait: {all: [x, y]}}`);
  assert.match(next(all), /^dispatched runs signal run_\w+ x$/);
  all.signal("x");
  assert.match(next(all), / y$/);
  const event = new PlayRun(`${head}  a: {wait: {event: paid, subject: o-1}}`);
  assert.equal(next(event), 'it goes on when the event paid with the subject "o-1" comes');
  const callback = new PlayRun(
    `${head}  a: {request: {method: POST, url: "https://s.example/"}, wait: {timeout: 1h}}`,
  );
  callback.answer("a", 202);
  assert.equal(next(callback), "it goes on when the service that was called calls back");
  const ofItem = items("wait: {timeout: 1h},");
  ofItem.answer("reserve[1]", 202);
  assert.equal(next(ofItem), "it goes on when the service that was called calls back");
});

test("a run that was paused and is being undone goes on by itself", () => {
  const run = new PlayRun(
    `${head}  a: {request: {method: POST, url: "https://s.example/"}, compensate: {request: {method: DELETE, url: "https://s.example/"}}}
  b: {wait: {signal: go}, after: [a]}`,
  );
  run.answer("a", 201);
  run.give({ type: "pause" });
  assert.match(next(run), /^dispatched runs resume /);
  run.cancel();
  assert.deepEqual(run.calls, ["undo a#1"]);
  assert.match(next(run), /^nothing is to be done/);
});

test("what came as null, and from where, is told of a request that the service does not take", () => {
  const fails = (body: string, status: number, rest = "") => {
    const post = `request: {method: POST, url: "https://s.example/", body: ${body}}`;
    const run = new PlayRun(`${head}  send: {${post}, retry: {max: 0}${rest}}`);
    run.answer(rest === "" ? "send" : "send[0]", status);
    return told(run).cause;
  };
  const to = '{to: "{{ trigger.body.email }}", cc: [{at: "{{ trigger.body.cc }}"}], why: null, n: "{{ 1 }}"}';
  assert.equal(
    fails('{to: "{{ trigger.body.email }}", n: 1}', 422),
    "the service answered 422; `to` came from `trigger.body.email`, which is null",
  );
  assert.equal(
    fails(to, 400),
    "the service answered 400; `to` came from `trigger.body.email`, `cc[0].at` came from `trigger.body.cc`, which are null",
  );
  assert.equal(
    fails('"{{ trigger.body.none }}"', 422),
    "the service answered 422; the body came from `trigger.body.none`, which is null",
  );
  assert.equal(
    fails('{a: "{{ item.x }}"}', 422, ", strategy: {type: scatter, over: [{}]}"),
    "the service answered 422; `a` came from `item.x`, which is null",
  );
  assert.equal(fails(to, 404), "the service answered 404");
  assert.equal(fails('{to: "{{ run.id }}", why: null}', 422), "the service answered 422");
});

test("a strategy fails by an item: its attempts, its call, its answer, and its rerun", () => {
  const run = items("retry: {max: 1, delay: 1s, jitter: none},");
  run.answer("reserve[0]", 200);
  run.answer("reserve[1]", 503);
  const live = told(run);
  assert.deepEqual([live.failure?.item, live.failure?.attempt, live.failure?.status], [1, 1, 503]);
  assert.equal(live.cause, "the service answered 503");
  run.after(1_000).tick();
  run.answer("reserve[1]", 500);
  const going = told(run);
  assert.deepEqual([going.failure?.item, going.failure?.status], [1, 500], "one item is still open");
  run.answer("reserve[2]", 200);
  assert.deepEqual(told(run), {
    run: "run_01test",
    workflow: "w",
    version: 1,
    status: "failed",
    verdict: "failed at reserve[1] after 1.0 s",
    failure: {
      step: "reserve",
      item: 1,
      attempt: 2,
      code: "http_500",
      message: "the service answered 500",
      request: "POST https://s.example/b",
      status: 500,
    },
    cause: "the service answered 500, after 2 attempts",
    consequence: "nothing was to be undone; reserve: 2 of 3 items succeeded",
    next: { action: "rerun", text: `${own} --from 'reserve[1]'`, note: null },
    child: null,
  });
});

test("a strategy that fails by a count tells the count, and the item that failed first", () => {
  const run = items("", "type: fan_out, concurrency: 1, min_success: 3");
  for (const [item, status] of [200, 503, 404].entries()) run.answer(`reserve[${item}]`, status);
  const { verdict, cause, failure, consequence } = told(run);
  assert.match(verdict, /^failed at reserve after /);
  assert.equal(
    cause,
    "1 of 3 items succeeded, and 3 must; reserve[1] was the first to fail: the service answered 503",
  );
  assert.deepEqual([failure?.item, failure?.code], [1, "http_503"]);
  assert.equal(consequence, "nothing was to be undone; reserve: 1 of 3 items succeeded");
  const race = items("", "type: race");
  for (const item of [2, 0, 1]) race.answer(`reserve[${item}]`, 404);
  assert.equal(
    told(race).cause,
    "every item failed; reserve[2] was the first to fail: the service answered 404",
  );
  assert.match(next(race), /^correct the address, .*, then dispatched runs rerun run_01test$/);
});

test("what can be undone and was not is named, when the end was told to undo nothing or to stop", () => {
  const compensate = 'compensate: {request: {method: DELETE, url: "https://s.example/undo"}}';
  const call = 'request: {method: POST, url: "https://s.example/"}';
  const two = `${head}  a: {${call}, ${compensate}}\n  b: {${call}, after: [a], ${compensate}}\n  c: {${call}, after: [b]}`;
  const left = new PlayRun(two);
  left.answer("a", 201);
  left.answer("b", 201);
  left.cancel(false);
  left.answer("c", 200);
  assert.equal(told(left).consequence, "not undone: a, b");
  const stopped = new PlayRun(two);
  stopped.answer("a", 201);
  stopped.answer("b", 201);
  stopped.answer("c", 500);
  stopped.cancel(false);
  stopped.answer("b", 200);
  assert.equal(told(stopped).consequence, "undone: b; not undone: a");
});

test("a step that took too long fails by no item", () => {
  const run = items("timeout: 1m,", "type: fan_out, concurrency: 1, on_error: continue");
  run.answer("reserve[0]", 500);
  run.after(60_000).tick();
  const { verdict, failure, cause, consequence } = told(run);
  assert.equal(verdict, "failed at reserve after 60.0 s");
  assert.deepEqual([failure?.item, failure?.code], [null, "step_timed_out"]);
  assert.equal(cause, "the step took longer than its timeout");
  assert.match(consequence ?? "", /reserve: 0 of 3 items succeeded, 1 did not begin$/);
});

test("items that were undone, and those that could not be, are told apart; then no item runs again alone", () => {
  const undo = 'compensate: {request: {method: DELETE, url: "https://s.example/"}, retry: {max: 0}},';
  const run = items(undo, "type: fan_out, concurrency: 3");
  run.answer("reserve[0]", 200);
  run.answer("reserve[1]", 200);
  run.answer("reserve[2]", 422);
  assert.equal(told(run).cause, "the service answered 422", "while it is being undone");
  run.answer("reserve[1]", 500);
  run.answer("reserve[0]", 200);
  const { consequence, next: action } = told(run);
  assert.equal(
    consequence,
    "undone: reserve (1 item); could not be undone: reserve[1] (http_500); reserve: 2 of 3 items succeeded",
  );
  assert.equal(action.text, "dispatched runs compensate run_01test");
  run.give({ type: "compensate", again: true });
  run.answer("reserve[1]", 200);
  assert.match(told(run).consequence ?? "", /^undone: reserve \(2 items\);/);
  assert.match(next(run), endsAlone);
  assert.equal(told(run).next.note, "reserve was undone and runs again");
});

test("an item behind a step that was undone does not run again alone", () => {
  const pay = `  pay:
    request: {method: POST, url: "https://s.example/pay"}
    compensate: {request: {method: DELETE, url: "https://s.example/pay"}}
  between: {after: [pay], value: 1}
`;
  const run = new PlayRun(
    `${head}${pay}  mail: {after: [between], ${call}, strategy: {type: scatter, over: [a, b]}}`,
  );
  run.answer("pay", 200);
  run.answer("mail[0]", 204);
  run.answer("mail[1]", 400);
  run.answer("pay", 200);
  assert.match(told(run).consequence ?? "", /^undone: pay; mail: 1 of 2 items succeeded$/);
  assert.match(next(run), endsAlone);
});

test("a child tells which of its calls a rerun of its root may make twice", () => {
  const parent = { run: "run_01root", root: "run_01root", step: 0, item: null, depth: 1 };
  const document = `${head}  pay: {${call.replace("/{{ item }}", "/pay")}}`;
  const child = new PlayRun(document, {}, { parent });
  child.lose("pay", "timeout");
  assert.match(told(child).consequence ?? "", /; may have been done, .* under a new idempotency key: pay$/);
  const root = new PlayRun(document);
  root.lose("pay", "timeout");
  assert.equal(told(root).consequence, "nothing was to be undone");
});

test("a strategy over children: the child of the item that failed, where it was started", () => {
  const run = new PlayRun(
    `${head}  each: {workflow: {name: inner}, strategy: {type: fan_out, over: [1, 2], min_success: 2}}`,
  );
  const children = run.log.flatMap((event) => (event.type === "child.started" ? [event.run] : []));
  const end = (item: number, outcome: "completed" | "failed") =>
    run.give({
      type: "end_child",
      child: String(children[item]),
      step: 0,
      item,
      outcome: { type: "ended", status: outcome, output: null, error: "no" },
    });
  end(1, "failed");
  end(0, "completed");
  run.give({
    type: "end_child_undo",
    child: String(children[0]),
    step: 0,
    item: 0,
    compensation: "complete",
  });
  const { child, failure } = told(run);
  assert.equal(child, children[1]);
  assert.deepEqual([failure?.item, failure?.code, failure?.attempt], [1, "child_failed", null]);
  const never = new PlayRun(`${head}  one: {workflow: {name: inner}}`);
  const { run: id } = never.last("child.started");
  const outcome = { type: "not_started", code: "workflow_not_found", message: "there is none" } as const;
  never.give({ type: "end_child", child: id, step: 0, item: null, outcome });
  assert.equal(told(never).child, null);
  assert.equal(told(never).cause, "there is none");
});

test("items that a completed run went on without are named, ten of them", () => {
  const list = Array.from({ length: 12 }, (_, item) => item);
  const run = new PlayRun(
    `${head}  each: {${call}, strategy: {type: scatter, over: [${list}], on_error: continue}}`,
  );
  for (const item of list) run.answer(`each[${item}]`, item === 0 ? 200 : 500);
  const { consequence } = told(run);
  assert.match(consequence ?? "", /went on without: each\[1\], .*each\[10\], 1 more of each$/);
});

test("a completed run tells which waits were rejected, and what was skipped behind them", () => {
  const run = new PlayRun(
    `${head}  ask: {wait: {signal: go, timeout: 1h, on_timeout: reject}}\n  pay: {after: [ask], value: 1}\n  mail: {after: [pay], value: 1}`,
  );
  run.after(3_600_000).tick();
  assert.equal(told(run).verdict, "completed after 60 min");
  assert.equal(
    told(run).consequence,
    "rejected, because nothing came in time: ask; skipped behind it: pay, mail",
  );
});

test("what would fail in the same way is to be put right before the run goes again", () => {
  const ended = (body: string, status: number) => {
    const pay = `  pay: {${call.replace("/{{ item }}", "/pay")}, compensate: {${call.replace("/{{ item }}", "/undo")}}}\n`;
    const post = `request: {method: POST, url: "https://s.example/", body: ${body}}`;
    const run = new PlayRun(`${head}${pay}  send: {after: [pay], ${post}, retry: {max: 0}}`);
    run.answer("pay", 200);
    run.answer("send", status);
    run.answer("pay", 200);
    return told(run).next;
  };
  const note = "pay was undone and runs again";
  assert.deepEqual(ended('{to: "{{ trigger.body.email }}"}', 422), {
    action: "rerun",
    text: `${own} --body @body.json`,
    note: `body.json is to give \`trigger.body.email\`; ${note}`,
  });
  for (const status of [400, 401, 403, 404, 410, 422]) {
    const { action, text } = ended("{to: 1}", status);
    assert.equal(action, "fix", String(status));
    assert.match(text, endsAlone);
  }
  for (const status of [408, 409, 429, 500, 503])
    assert.deepEqual(ended("{to: 1}", status), { action: "rerun", text: own, note });
  const unsent = new PlayRun(`${head}  send: {${call.replace("/{{ item }}", "/")}}`);
  const code = "secret_host_not_allowed";
  const message = "the secret PAY_KEY may not be sent to a.example";
  unsent.end("send", { type: "failure", reason: "request", code, message, sent: false, status: null });
  assert.deepEqual(told(unsent).next, {
    action: "fix",
    text: `if the host is right, dispatched secret set PAY_KEY --allow-host HOST, then ${own}`,
    note: null,
  });
});
