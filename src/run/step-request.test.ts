// Attempts: what is retried, when, and what a crash costs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
const step = (extra: string, method = "POST") =>
  new PlayRun(`${head}  a: {request: {method: ${method}, url: "https://a.example/x"}, ${extra}}\n`);
const notBefore = (run: PlayRun) => (run.effects[0]?.notBefore ?? 0) - run.now;

test("without retry a POST is tried once and a GET three times", () => {
  const post = step("on_error: fail");
  assert.deepEqual(post.answer("a", 503), ["step.failed a", "run.ending", "run.failed"]);
  const get = step("on_error: fail", "GET");
  get.answer("a", 503);
  get.answer("a", 503);
  assert.deepEqual(get.calls, ["a#3"]);
  assert.deepEqual(get.answer("a", 503), ["step.failed a", "run.ending", "run.failed"]);
});

test("backoff: exponential, linear, constant, each under max_delay", () => {
  const delays = (policy: string) => {
    const run = step(`retry: {max: 4, delay: 1s, max_delay: 5s, jitter: none, ${policy}}`);
    return [1, 2, 3, 4].map(() => {
      run.answer("a", 500);
      const delay = notBefore(run);
      run.after(delay);
      return delay;
    });
  };
  assert.deepEqual(delays("backoff: exponential"), [1000, 2000, 4000, 5000]);
  assert.deepEqual(delays("backoff: linear"), [1000, 2000, 3000, 4000]);
  assert.deepEqual(delays("backoff: constant"), [1000, 1000, 1000, 1000]);
});

test("full jitter stays within the delay and is the same in every replay", () => {
  const delay = () => {
    const run = step("retry: {max: 1, delay: 10s}");
    run.answer("a", 500);
    return notBefore(run);
  };
  assert.ok(delay() >= 0 && delay() <= 10_000);
  assert.equal(delay(), delay());
});

test("Retry-After in seconds or as a date is the least delay, capped by max_delay", () => {
  const wait = (value: string, max = "1m") => {
    const run = step(`retry: {max: 1, delay: 1s, jitter: none, max_delay: ${max}}`);
    run.answer("a", 429, null, { "retry-after": value });
    return notBefore(run);
  };
  assert.equal(wait("30"), 30_000);
  assert.equal(wait("30", "10s"), 10_000);
  assert.equal(wait(new Date(1_020_000).toUTCString()), 20_000);
  assert.equal(wait("soon"), 1_000);
});

test("retry.on replaces the default", () => {
  const run = step("retry: {max: 3, on: [404, 5xx, network], delay: 1ms}");
  run.answer("a", 404);
  run.answer("a", 500);
  run.lose("a", "network", false);
  assert.deepEqual(run.calls, ["a#4"]);
  const none = step("retry: {max: 3, on: [404]}");
  assert.deepEqual(none.lose("a", "timeout"), ["step.failed a", "run.ending", "run.failed"]);
});

test("max_elapsed: no attempt begins later than this after the first", () => {
  const run = step("retry: {max: 9, delay: 4s, backoff: constant, jitter: none, max_elapsed: 10s}");
  run.after(1_000).answer("a", 500);
  run.after(4_000).answer("a", 500);
  assert.deepEqual(run.calls, ["a#3"]);
  run.after(4_000);
  assert.deepEqual(run.answer("a", 500), ["step.failed a", "run.ending", "run.failed"]);
});

test("expect makes a status a success; a body that does not fit fails, and on: [schema] retries it", () => {
  const run = step("response: {expect: [404]}");
  assert.deepEqual(run.answer("a", 404), ["step.succeeded a", "run.completed"]);
  const misfit = {
    type: "answer",
    answer: { status: 200, headers: {}, body: 1 },
    problem: { kind: "schema", message: "no", details: null },
  } as const;
  const strict = step("on_error: fail");
  assert.deepEqual(strict.end("a", misfit), ["step.failed a", "run.ending", "run.failed"]);
  assert.equal(strict.state.steps[0]?.accepted, true);
  const again = step("retry: {on: [schema]}");
  assert.deepEqual(again.end("a", misfit), ["step.retrying a"]);
});

test("an attempt that a crash cut off raises the attempt and spends no retry", () => {
  const run = step("retry: {max: 1, delay: 1s, jitter: none}");
  assert.deepEqual(run.after(5).recover(), ["step.retrying a"]);
  assert.deepEqual(run.calls, ["a#2"]);
  assert.equal(run.state.steps[0]?.spent, 0);
  assert.equal(run.state.steps[0]?.unknown, true);
  run.answer("a", 500);
  assert.equal(run.state.steps[0]?.unknown, false);
  assert.deepEqual(run.recover(), [], "the announced retry is not due: nothing was sent");
  assert.deepEqual(run.calls, ["a#3"]);
  run.after(1_000);
  assert.deepEqual(run.recover(), ["step.retrying a"]);
  assert.deepEqual(run.answer("a", 500), ["step.failed a", "run.ending", "run.failed"]);
});

test("on_crash fail: the outcome is unknown and the step fails", () => {
  const run = step("on_crash: fail");
  assert.deepEqual(run.recover(), ["step.failed a", "run.ending", "run.failed"]);
  assert.equal(run.state.steps[0]?.failure?.kind, "crash");
});
