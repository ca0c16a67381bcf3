// What was sent is what the document says: address, headers, body, and the secret as it was at the moment of the call.

import type { Broken, Call, History, SecretWrite } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { place } from "./announced.ts";
import { bodyOf, undoBodyOf } from "./evaluate.ts";
import { callsOf, type RunCase, storyOf } from "./run-case.ts";
import { sameJson } from "./same-json.ts";

const origin = "https://services.example";

export function checkRequestContent(run: RunCase): readonly Broken[] {
  const broken: Broken[] = [];
  for (const step of run.model.steps) {
    const start = storyOf(run, step).announced[0]?.event;
    for (const call of callsOf(run, step, false)) {
      if (start === undefined) continue;
      for (const what of judgeCall(run, step, call, start.seq)) broken.push(of(run, call, what));
    }
    for (const call of callsOf(run, step, true)) {
      for (const what of judgeUndo(run, step, call)) broken.push(of(run, call, what));
    }
  }
  return broken;
}

function judgeCall(run: RunCase, step: StepModel, call: Call, startSeq: number): readonly string[] {
  const wrong: string[] = [];
  const url = `${origin}/${run.model.name}/${step.id}?order=${encodeURIComponent(run.body.order)}`;
  if (call.url !== url) wrong.push(`it went to ${call.url}, not to ${url}`);
  if (call.method !== step.method) wrong.push(`its method is ${call.method}`);
  if (call.headers["x-shop"] !== "one") wrong.push("it has no header of the defaults");
  const expected = step.method === "GET" || step.method === "DELETE" ? null : bodyOf(run, step, startSeq);
  if (!sameJson(call.body === null ? null : JSON.parse(call.body), expected)) {
    wrong.push(`its body is ${call.body}, not ${JSON.stringify(expected)}`);
  }
  const secret = secretOf(run, step, call);
  if (secret !== null) wrong.push(secret);
  return wrong;
}

function judgeUndo(run: RunCase, step: StepModel, call: Call): readonly string[] {
  const wrong: string[] = [];
  const url = `${origin}/${run.model.name}/${step.id}/undo`;
  if (call.url !== url) wrong.push(`it went to ${call.url}, not to ${url}`);
  if (call.method !== "POST") wrong.push(`its method is ${call.method}`);
  const expected = undoBodyOf(run, step);
  if (!sameJson(call.body === null ? null : JSON.parse(call.body), expected)) {
    wrong.push(`its body is ${call.body}, not ${JSON.stringify(expected)}`);
  }
  return wrong;
}

function secretOf(run: RunCase, step: StepModel, call: Call): string | null {
  const header = call.headers["x-token"];
  if (step.secret === null)
    return header === undefined ? null : "it carries a secret that the document does not name";
  const announced = storyOf(run, step).announced.find((one) => one.attempt === call.attempt);
  const since = announced?.event.order ?? 0;
  const values = currentValues(run.history, run.run.tenant, step.secret, since, call.sentOrder);
  if (header?.startsWith("Token ") && values.has(header.slice("Token ".length))) return null;
  return `it carries another value of ${step.secret} than the latest`;
}

/** Values that the secret had at some moment between two orders; a write whose end nobody heard may have happened or not. */
function currentValues(
  history: History,
  tenant: string,
  name: string,
  from: number,
  until: number,
): ReadonlySet<string> {
  const writes = history.secretWrites.filter((write) => write.tenant === tenant && write.name === name);
  const isOver = (write: SecretWrite) =>
    writes.some((later) => later.beganOrder > write.doneOrder && later.doneOrder < from);
  const current = writes.filter((write) => write.beganOrder < until && !isOver(write));
  return new Set(current.flatMap((write) => (write.value === null ? [] : [write.value])));
}

function of(run: RunCase, call: Call, what: string): Broken {
  return { promise: "request", run: run.run.run, what: `${place(call)}: ${what}` };
}
