// What a run is said to be doing, and when that begins or ends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { nowLine, nowOf } from "./now-line.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
const call = 'request: {method: POST, url: "https://s.example/"}';

function now(run: PlayRun) {
  const { line, due } = nowOf(run.workflow, run.state);
  return due === null ? line : [line, due.what, due.at - run.now];
}

test("a call that is retried counts its retries, and tells when the next begins", () => {
  const run = new PlayRun(`${head}  charge: {${call}, retry: {max: 2, delay: 5s, jitter: none}}`);
  assert.equal(now(run), "charge");
  run.answer("charge", 503);
  assert.deepEqual(now(run), ["charge · retry 1/2", "begins", 5_000]);
  assert.equal(nowLine(run.workflow, run.state), "charge · retry 1/2 at 1970-01-01T00:16:45.000Z");
  run.after(5_000).answer("charge", 503);
  assert.deepEqual(now(run), ["charge · retry 2/2", "begins", 10_000]);
  run.after(10_000).answer("charge", 503);
  assert.equal(now(run), "failed");
});

test("a wait and a sleep tell when they end by themselves", () => {
  const wait = new PlayRun(`${head}  ask: {wait: {any: [yes, no], timeout: 6h}}`);
  assert.deepEqual(now(wait), ["ask · waits for yes or no", "ends", 6 * 3_600_000]);
  assert.deepEqual(now(new PlayRun(`${head}  nap: {sleep: 30s}`)), ["nap · sleeps", "ends", 30_000]);
});

test("several things at once are named without times, and a paused run says so", () => {
  const run = new PlayRun(`${head}  ask: {wait: {signal: yes}}\n  nap: {sleep: 30s}`);
  assert.equal(now(run), "ask · waits for yes, nap · sleeps");
  run.give({ type: "pause" });
  assert.equal(now(run), "paused · ask · waits for yes, nap · sleeps");
});

test("an undo that is retried tells when it begins again", () => {
  const undo =
    'compensate: {request: {method: POST, url: "https://s.example/undo"}, retry: {delay: 2s, jitter: none}}';
  const run = new PlayRun(`${head}  book: {${call}, ${undo}}\n  pay: {after: [book], ${call}}`);
  run.answer("book", 200);
  run.answer("pay", 400);
  assert.equal(now(run), "undoes book");
  run.answer("book", 500);
  assert.deepEqual(now(run), ["undoes book · retry 1", "begins", 2_000]);
});
