// What explain says to do about a run that waits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { explain } from "./explain.ts";

function next(run: PlayRun): string {
  return explain(run.workflow, run.state).next.text;
}

test("a run that waits tells what it waits for", () => {
  const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
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
});
