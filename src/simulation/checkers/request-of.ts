// What a step or item sends, or gives as its value: templates are evaluated over the outcomes so far.

import type { DurableEvent } from "../history.ts";
import { hasBody } from "../workload/document-of.ts";
import { checkTold } from "./check-told.ts";
import {
  isPossible,
  itemFieldsOf,
  possibleScript,
  type Reader,
  refsOf,
  sameJson,
  scalarOf,
} from "./expected-value.ts";
import type { Say } from "./judge-runs.ts";
import { taskName } from "./task-of.ts";

const promise = "templates are evaluated over the outcomes so far";

interface RecordedRequest {
  readonly headers: readonly (readonly [name: string, value: unknown])[];
  readonly body: { readonly value: unknown } | null;
}

export function checkRequest(reader: Reader, event: DurableEvent, say: Say): void {
  const { step, item, log } = reader;
  const request = event.data["request"] as RecordedRequest;
  const name = taskName(step, item, false);
  const found = request.body?.value ?? null;
  if (!hasBody(step.method)) {
    if (request.body !== null) say(promise, `${name} has a body`);
  } else if (step.sends === "text") {
    const wanted = `order ${String(log.input["order"])}, n ${String(log.input["n"])}`;
    if (found !== wanted) say(promise, `${name}: ${JSON.stringify(found)}, not ${wanted}`);
  } else if (step.sends === "json") {
    checkFields(reader, event, found, { order: log.input["order"], cut: log.input["cut"] ?? null }, say);
  }
  const header = request.headers.find(([one]) => one === "x-ref")?.[1] ?? null;
  if (header !== expectedHeader(reader)) {
    say("a header is left out when it is null", `${name}: ${JSON.stringify(header)}`);
  }
}

/** What a child is given: of a strategy, with its item. */
export function checkChildInput(reader: Reader, { data }: DurableEvent, say: Say): void {
  const { step, item, log } = reader;
  const { order, n, red, green, list, wake, cut = null } = log.input;
  const same = { n, red, green, wake, cut };
  const wanted =
    item === null
      ? { ...same, order: `${String(order)}.${step.id}`, list }
      : {
          ...same,
          order: `${String(order)}.${step.id}.${item}`,
          list: [{ id: `i${item}`, n: item }],
          ...itemFieldsOf(reader),
        };
  const found = data["body"];
  if (!sameJson(found, wanted))
    say(promise, `${taskName(step, item, false)}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

export function checkValue(reader: Reader, event: DurableEvent, found: unknown, say: Say): void {
  const { input } = reader.log;
  checkFields(reader, event, found, { id: input["order"], n: input["n"], cut: input["cut"] ?? null }, say);
}

function checkFields(
  reader: Reader,
  event: DurableEvent,
  found: unknown,
  first: Readonly<Record<string, unknown>>,
  say: Say,
): void {
  const { step, log } = reader;
  const { x, told, ...rest } = found as Record<string, unknown>;
  const calls = step.kind === "request";
  const wanted = {
    ...first,
    refs: refsOf(reader),
    ...itemFieldsOf(reader),
    ...(calls ? { note: `n=${String(log.input["n"])}` } : {}),
    ...(calls && step.secret !== null && step.secretPlace === "body" ? { token: null } : {}),
  };
  const name = taskName(step, reader.item, false);
  if (!sameJson(rest, wanted)) {
    say(promise, `${name}: ${JSON.stringify(rest)}, not ${JSON.stringify(wanted)}`);
  }
  if (step.tells !== null) checkTold(log, event, step.tells, told, say);
  checkScript(reader, event, x, say);
}

function checkScript(reader: Reader, event: DurableEvent, x: unknown, say: Say): void {
  const { step } = reader;
  const name = taskName(step, reader.item, false);
  const given = "what the sandbox computes is what the document says";
  if (step.script === null) {
    if (x !== undefined) say(given, `${name}: x is ${JSON.stringify(x)}`);
  } else if (step.script.type === "time") {
    const began = reader.log.events[0]?.at ?? 0;
    if (typeof x !== "number" || x < began || x > event.at) say(given, `${name}: the time is ${String(x)}`);
  } else if (!isPossible(possibleScript(reader, step.script), x)) {
    const wanted = JSON.stringify(possibleScript(reader, step.script)[0]);
    say(given, `${name}: x is ${JSON.stringify(x)}, not ${wanted}`);
  }
}

/** Any value but null is written as text. */
function expectedHeader(reader: Reader): string | null {
  const { step } = reader;
  const ref = step.refHeader ? scalarOf(reader, step.reads[0]) : null;
  if (ref === null) return null;
  return typeof ref === "string" ? ref : JSON.stringify(ref);
}
