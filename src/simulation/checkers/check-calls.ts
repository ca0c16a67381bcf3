// No call before its announcement is durable, each attempt once, always with the same key, with what was recorded.

import type { Broken, Call, DurableEvent, History, SecretWrite } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { type RunLog, runLogs, terminalTypes } from "./run-log.ts";

export function checkCalls(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  const seen = new Set<string>();
  const highest = new Map<string, number>();
  for (const call of history.calls) {
    const say = (promise: string, what: string) =>
      broken.push({ promise, run: call.run, what: `${nameOf(call)}: ${what}` });
    const log = logs.get(call.run);
    if (log === undefined) {
      say("no call before its announcement is durable", "its run is not on the disk");
      continue;
    }
    checkIdentity(call, seen, highest, history.zombies, say);
    const announced = announcementOf(log, call);
    if (announced === null) {
      say("no call before its announcement is durable", "nothing announced it");
      continue;
    }
    if (announced.event.order > call.sentOrder)
      say("no call before its announcement is durable", "it was sent first");
    if (call.sentAt < announced.notBefore) {
      say("timers are never early", `sent ${announced.notBefore - call.sentAt} ms before its time`);
    }
    if (!history.zombies && !readsSecret(log, call)) checkNotOver(log, call, say);
    checkContent(log, call, announced, say);
    checkSecret(history, log, call, announced.event, say);
  }
  return broken;
}

type Say = (promise: string, what: string) => void;

function nameOf(call: Call): string {
  return `${call.undo ? "undo of " : ""}${call.step} attempt ${call.attempt}`;
}

function checkIdentity(
  call: Call,
  seen: Set<string>,
  highest: Map<string, number>,
  zombies: boolean,
  say: Say,
): void {
  const key = `${call.run}/${call.step}${call.undo ? "/compensate" : ""}`;
  if (call.key !== key)
    say("the idempotency key of a step is the same on every attempt", `it is ${call.key}`);
  const attempt = `${key}#${call.attempt}`;
  // One that stands still and goes on beside its successor may send a retry that both of them armed.
  if (seen.has(attempt) && !zombies) say("an attempt is sent once", "it was sent again");
  seen.add(attempt);
  const before = highest.get(key) ?? 0;
  if (!zombies && call.attempt <= before) say("attempts rise", `it came after ${before}`);
  highest.set(key, Math.max(before, call.attempt));
  if (!/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(call.headers["traceparent"] ?? "")) {
    say("every call carries a traceparent", String(call.headers["traceparent"]));
  }
}

interface Announcement {
  readonly event: DurableEvent;
  readonly notBefore: number;
}

function announcementOf(log: RunLog, call: Call): Announcement | null {
  const number = log.model.steps.findIndex((step) => step.id === call.step);
  const kind = call.undo ? "compensation" : "step";
  const event = log.events.find(
    ({ type, data }) =>
      (type === `${kind}.started` || type === `${kind}.retrying`) &&
      data["step"] === number &&
      data["attempt"] === call.attempt,
  );
  if (event === undefined) return null;
  return { event, notBefore: Number(event.data["notBefore"] ?? event.at) };
}

/** Between its release and its sending lies a read of the secret: the step may have timed out meanwhile. */
function readsSecret(log: RunLog, call: Call): boolean {
  return !call.undo && log.model.steps.find((step) => step.id === call.step)?.secret != null;
}

/** What has ended is not called again. */
function checkNotOver(log: RunLog, call: Call, say: Say): void {
  const number = log.model.steps.findIndex((step) => step.id === call.step);
  const ends = call.undo
    ? ["compensation.succeeded", "compensation.failed"]
    : ["step.succeeded", "step.failed", "step.cancelled", "step.skipped"];
  const over = log.events.find(
    ({ type, data, order }) =>
      order < call.sentOrder && ((ends.includes(type) && data["step"] === number) || terminalTypes.has(type)),
  );
  if (over !== undefined) say("what has ended is not called again", `sent after ${over.type}`);
}

function checkContent(log: RunLog, call: Call, { event }: Announcement, say: Say): void {
  const step = log.model.steps.find((one) => one.id === call.step) as StepModel;
  const started = log.events.find(
    ({ type, data }) =>
      type === (call.undo ? "compensation.started" : "step.started") && data["step"] === event.data["step"],
  );
  const request = started?.data["request"] as
    | { readonly method: string; readonly body: { readonly value: unknown } | null }
    | undefined;
  const method = call.undo ? "POST" : step.method;
  if (call.method !== method) say("a call is what the document says", `its method is ${call.method}`);
  const path = `/${log.model.name}/${step.id}${call.undo ? "/undo" : ""}`;
  const query = call.undo ? "" : `?order=${String(log.input["order"])}`;
  if (!call.url.endsWith(`${path}${query}`))
    say("a call is what the document says", `its address is ${call.url}`);
  const recorded = request?.body == null ? null : JSON.stringify(request.body.value);
  if (call.body !== recorded)
    say("a retry reuses the recorded request", `${call.body} was sent for ${recorded}`);
}

/** The value that stands when the call is made: none that was replaced before the attempt was announced. */
function checkSecret(history: History, log: RunLog, call: Call, announced: DurableEvent, say: Say): void {
  const step = log.model.steps.find((one) => one.id === call.step);
  if (call.undo || step?.secret == null) return;
  const writes = history.secretWrites.filter(
    (write) =>
      write.tenant === log.run.tenant && write.name === step.secret && write.beganOrder < call.sentOrder,
  );
  const possible = writes.filter((write) => !isReplaced(write, writes, announced.order));
  const sent = call.headers["x-token"];
  if (!possible.some((write) => sent === `Token ${write.value}`)) {
    say("a secret's newest value is used", `sent ${sent}`);
  }
}

function isReplaced(write: SecretWrite, writes: readonly SecretWrite[], order: number): boolean {
  return writes.some((other) => other.beganOrder > write.doneOrder && other.doneOrder < order);
}
