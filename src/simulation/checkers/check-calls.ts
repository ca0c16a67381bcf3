// No call before its announcement is durable, each attempt once, always with the same key, with what was recorded.

import type { Broken, Call, DurableEvent, History, SecretWrite } from "../history.ts";
import { hasBody } from "../workload/document-of.ts";
import type { SecretPlace, StepModel } from "../workload/model.ts";
import { type PlainBody, plainBodySent, tokenIn } from "../workload/plain-bodies.ts";
import type { Say } from "./judge-runs.ts";
import { keyOwner } from "./rerun-plan.ts";
import { eventsOfRound, type RunLog, roundOf, runLogs, terminalTypes } from "./run-log.ts";
import { isAcceptance, itemOf } from "./task-of.ts";

const origin = "https://services.example";
const callbacks = /^http:\/\/127\.0\.0\.1:4000\/callbacks\/(.+)\.(.+)\.(\d+)\.(\d*)\.[0-9a-f]{32}$/;
const spanEnd = /-[0-9a-f]{16}-01$/;

export function checkCalls(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  const sent: Sent = new Map();
  for (const call of history.calls) {
    const say = (promise: string, what: string) =>
      broken.push({ promise, run: call.run, what: `${nameOf(call)}: ${what}` });
    const log = logs.get(call.run);
    if (log === undefined) {
      say("no call before its announcement is durable", "its run is not on the disk");
      continue;
    }
    checkIdentity(call, log, logs, say);
    const announced = announcementOf(log, call);
    if (announced === null) {
      say("no call before its announcement is durable", "nothing announced it");
      continue;
    }
    if (!call.poll) {
      const place = placeOf(log, call);
      if (!maySendTwice(history, announced)) checkRises(call, sent.get(place) ?? 0, say);
      sent.set(place, Math.max(sent.get(place) ?? 0, call.attempt));
    }
    if (announced.event.order > call.sentOrder)
      say("no call before its announcement is durable", "it was sent first");
    if (call.sentAt < announced.notBefore && !(call.poll && maySendTwice(history, announced))) {
      say("timers are never early", `sent ${announced.notBefore - call.sentAt} ms before its time`);
    }
    if (!history.zombies && !readsSecret(log, call)) checkNotOver(log, call, say);
    if (!history.zombies && !call.undo) checkNotPaused(log, call, announced, say);
    checkContent(history, log, call, announced, say);
    checkSecret(history, log, call, announced.event, say);
  }
  return broken;
}

function nameOf(call: Call): string {
  const item = call.item === null ? "" : `[${call.item}]`;
  return `${call.undo ? "undo of " : ""}${call.step}${item} ${call.poll ? "poll of " : ""}attempt ${call.attempt}`;
}

function keyOf(call: Call, owner = call.run): string {
  const item = call.item === null ? "" : `/${call.item}`;
  return `${owner}/${call.step}${item}${call.undo ? "/compensate" : ""}`;
}

function checkIdentity(call: Call, log: RunLog, logs: ReadonlyMap<string, RunLog>, say: Say): void {
  if (!call.poll && isJob(call.url)) say("a poll has no idempotency key", call.key);
  else if (!call.poll && call.key !== keyOf(call, keyOwner(logs, log, call)))
    say("the idempotency key of a step or item is the same on every attempt", `it is ${call.key}`);
  const strategy = log.model.steps.find(({ id }) => id === call.step)?.strategy ?? null;
  if (!isJob(call.url) && (strategy !== null) !== (call.item !== null))
    say("a call is what the document says", call.url);
  const traceparent = call.headers["traceparent"] ?? "";
  const ofRun = traceparent.startsWith(`00-${String(log.events[0]?.data["traceId"])}-`);
  if (!ofRun || !spanEnd.test(traceparent)) {
    say("every call carries its run's traceparent", traceparent);
  }
}

/** Highest attempt sent so far, by key and round. */
type Sent = Map<string, number>;

/** A compensation that is tried again counts its attempts anew. */
function placeOf(log: RunLog, call: Call): string {
  return `${keyOf(call)} ${call.undo ? roundOf(log, call.sentOrder) : ""}`;
}

function checkRises(call: Call, before: number, say: Say): void {
  if (call.attempt === before) say("an attempt is sent once", "it was sent again");
  else if (call.attempt < before) say("attempts rise", `it came after ${before}`);
}

/**
 * One that stands still and goes on beside its successor may send a retry that both of them armed; so may one whose
 * clock was set back to before that retry's time.
 */
function maySendTwice(history: History, { event, notBefore }: Announcement): boolean {
  return history.zombies || (history.clockBack && notBefore > event.at);
}

interface Announcement {
  readonly event: DurableEvent;
  readonly notBefore: number;
}

function announcementOf(log: RunLog, call: Call): Announcement | null {
  const event = call.poll ? latestPolled(log, call) : eventsOf(log, call).find((one) => announces(one, call));
  if (event === undefined) return null;
  return { event, notBefore: Number(event.data["notBefore"] ?? event.at) };
}

function announces({ type, data }: DurableEvent, call: Call): boolean {
  return /\.(started|retrying)$/.test(type) && data["attempt"] === call.attempt;
}

/** What announced the question: that there is one to ask, or that it is to be asked again. */
function latestPolled(log: RunLog, call: Call): DurableEvent | undefined {
  const events = eventsOf(log, call);
  const first = events.findIndex(({ type }) => type.endsWith(".polled"));
  if (first < 0) return undefined;
  const asked = events.slice(first).filter(({ type }) => /\.(polled|retrying)$/.test(type));
  return asked.findLast(({ order }) => order < call.sentOrder) ?? asked[0];
}

/** Those of the step, item or round of compensation that made the call. */
function eventsOf(log: RunLog, call: Call): readonly DurableEvent[] {
  const number = log.model.steps.findIndex((step) => step.id === call.step);
  const kind = call.undo ? "compensation." : call.item === null ? "step." : "item.";
  return eventsAround(log, call).filter(
    (event) => event.data["step"] === number && event.type.startsWith(kind) && itemOf(event) === call.item,
  );
}

/** All events, or those of the round of compensation. */
function eventsAround(log: RunLog, call: Call): readonly DurableEvent[] {
  return call.undo ? eventsOfRound(log, call.sentOrder) : log.events;
}

/** A retry or poll whose time had not come when its run was paused waits for the run to be resumed. */
function checkNotPaused(log: RunLog, call: Call, { event, notBefore }: Announcement, say: Say): void {
  const last = log.events.findLast(
    ({ type, order }) => /^run\.(?:paused|resumed|ending)$/.test(type) && order < call.sentOrder,
  );
  if (last?.type !== "run.paused" || notBefore <= last.at) return;
  say("nothing new starts while a run is paused", `announced by event ${event.seq}`);
}

/** Between its release and its sending lies a read of the secret: the step may have timed out meanwhile. */
function readsSecret(log: RunLog, call: Call): boolean {
  return !call.undo && log.model.steps.find((step) => step.id === call.step)?.secret != null;
}

/** Between the release of any call and its sending may lie a read of the tenant's signing secret. */
const readMaxMs = 3_000;

const endVerbs: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled", "rejected", "skipped"]);

/** What has ended is not called again. */
function checkNotOver(log: RunLog, call: Call, say: Say): void {
  const number = log.model.steps.findIndex((step) => step.id === call.step);
  const over = eventsAround(log, call).find(
    (event) =>
      event.order < call.sentOrder &&
      event.durableAt + readMaxMs < call.sentWorldAt &&
      (terminalTypes.has(event.type) || (event.data["step"] === number && isOver(event, call))),
  );
  if (over !== undefined) say("what has ended is not called again", `sent after ${over.type}`);
}

/** Of the task itself, or of the step that it is an item of; a call that was accepted is over too. */
function isOver(event: DurableEvent, call: Call): boolean {
  const [kind, verb = ""] = event.type.split(".");
  if (!endVerbs.has(verb) && !isAcceptance(event)) return false;
  if ((kind === "compensation") !== call.undo) return false;
  return itemOf(event) === null || itemOf(event) === call.item;
}

function checkContent(history: History, log: RunLog, call: Call, { event }: Announcement, say: Say): void {
  const step = log.model.steps.find((one) => one.id === call.step) as StepModel;
  const started = eventsOf(log, call).find(({ type }) => type.endsWith(".started"));
  const request = started?.data["request"] as RecordedRequest | undefined;
  const method = call.poll ? "GET" : call.undo ? "POST" : step.method;
  if (call.method !== method) say("a call is what the document says", `its method is ${call.method}`);
  const targets = call.poll ? targetsOf(log, call, event) : [null];
  const [wanted = "", ...earlier] = targets.map((target) => target ?? addressOf(log, step, call));
  const found = withoutToken(call.url);
  // A zombie may still send what it was told to ask before.
  if (found !== wanted && !(history.zombies && earlier.includes(found)))
    say("a call is what the document says", `its address is ${found}, not ${wanted}`);
  const timeoutMs = call.undo ? 30_000 : step.responseTimeoutMs;
  if (call.timeoutMs !== timeoutMs)
    say("a call is what the document says", `it may take ${call.timeoutMs} ms`);
  const shop = call.headers["x-shop"];
  if (shop !== "one") say("a call is what the document says", `the default header says ${shop}`);
  const { sends } = step;
  if (call.unread) {
    if (call.deliveries > 0) say("a body is the bytes that its document says", "a service saw a part of it");
  } else if (isPlain(sends) && !call.poll && !call.undo && hasBody(step.method)) {
    const wanted = plainBodySent(sends, log.input, tokenIn(call.body));
    if (call.body !== wanted)
      say("a body is the bytes that its document says", `${JSON.stringify(call.body)}, not ${wanted}`);
    checkType(sends, call, say);
  } else {
    const sent = bodyWithoutToken(call.body);
    const recorded = JSON.stringify((call.poll ? null : request?.body?.value) ?? null);
    if (sent !== recorded) say("a retry reuses the recorded request", `${sent} was sent for ${recorded}`);
  }
  checkCallback(log, step, call, say);
  const ref = request?.headers.find(([name]) => name === "x-ref")?.[1];
  if (call.headers["x-ref"] !== ref)
    say("a retry reuses the recorded request", `x-ref ${call.headers["x-ref"]}`);
}

const typesOf = {
  form: "application/x-www-form-urlencoded",
  multipart: "multipart/form-data; boundary=dispatched-part-1",
  base64: "application/octet-stream",
} as const;

function isPlain(sends: StepModel["sends"]): sends is PlainBody {
  return Object.hasOwn(typesOf, sends);
}

function checkType(sends: PlainBody, call: Call, say: Say): void {
  const type = call.headers["content-type"];
  if (type !== typesOf[sends]) say("a body says what it is", `${sends} as ${type}`);
}

/** The address of the task's callback, where the document puts it; nothing of it stands in the log. */
function checkCallback(log: RunLog, step: StepModel, call: Call, say: Say): void {
  const address = call.headers["x-callback"];
  // Like a credential, it goes to the origin of the request only.
  const wanted = step.wait !== null && !call.undo && call.url.startsWith(`${origin}/`);
  if (!wanted && address === undefined) return;
  const [, tenant, run, number, item] = callbacks.exec(address ?? "") ?? [];
  const { run: name, tenant: owner } = log.run;
  const right = tenant === owner && run === name && log.model.steps[Number(number)] === step;
  if (!wanted || !right || item !== String(call.item ?? ""))
    say("a callback's address is of its step or item", `${address}`);
}

interface RecordedRequest {
  readonly headers: readonly (readonly [name: string, value: unknown])[];
  readonly body: { readonly value: unknown } | null;
}

function addressOf(log: RunLog, step: StepModel, { undo, item }: Call): string {
  const path = `${origin}/${log.model.name}/${step.id}`;
  if (undo) return item === null ? `${path}/undo` : `${path}/undo?item=${item}`;
  const order = `${path}?order=${encodeURIComponent(String(log.input["order"]))}`;
  return item === null ? order : `${order}&item=${item}`;
}

/** Where the polls before are to ask, the latest first; null for the address of the request. */
function targetsOf(log: RunLog, call: Call, announced: DurableEvent): readonly (string | null)[] {
  const polled = eventsOf(log, call).filter(
    ({ type, seq }) => type.endsWith(".polled") && seq <= announced.seq,
  );
  const targets = polled.map(({ data }) => (data["target"] as { readonly url: string } | null)?.url ?? null);
  return targets.length === 0 ? [null] : targets.reverse();
}

function isJob(url: string): boolean {
  return new URL(url).pathname.endsWith("/job");
}

function withoutToken(url: string): string {
  return url.replace(/&token=[^&]*$/, "");
}

/** The place of a secret is null in what is recorded. */
function bodyWithoutToken(body: string | null): string {
  if (body === null) return "null";
  if (!body.startsWith("{")) return JSON.stringify(body);
  const value = JSON.parse(body) as Record<string, unknown>;
  return JSON.stringify("token" in value ? { ...value, token: null } : value);
}

/** The value that stands when the call is made: none that was replaced before the attempt was announced. */
function checkSecret(history: History, log: RunLog, call: Call, announced: DurableEvent, say: Say): void {
  const step = log.model.steps.find((one) => one.id === call.step);
  const sent = tokensOf(call);
  const name = call.undo || (call.poll && !keepsSecret(call, step)) ? null : (step?.secret ?? null);
  const places = Object.values(sent).filter((value) => value !== null).length;
  if (places !== (name === null ? 0 : 1)) {
    say("a secret stands only where the document puts it", JSON.stringify(sent));
    return;
  }
  if (name === null || step === undefined) return;
  const writes = history.secretWrites.filter(
    (write) => write.tenant === log.run.tenant && write.name === name && write.beganOrder < call.sentOrder,
  );
  const possible = writes.filter((write) => !isReplaced(write, writes, announced.order));
  if (!possible.some((write) => sent[step.secretPlace] === write.value)) {
    say("a secret's newest value is used", `sent ${sent[step.secretPlace]}`);
  }
}

/** A poll has no body, and elsewhere no query of the request; another origin sees no credentials. */
function keepsSecret({ url }: Call, step: StepModel | undefined): boolean {
  if (step?.secretPlace === "body" || !url.startsWith(`${origin}/`)) return false;
  return step?.secretPlace !== "query" || !isJob(url);
}

/** What the call carries in each place that may hold a secret. */
function tokensOf(call: Call): Readonly<Record<SecretPlace, string | null>> {
  const { headers, url, body } = call;
  const header = headers["x-token"];
  return {
    header: header?.startsWith("Token ") === true ? header.slice("Token ".length) : null,
    bearer: headers["authorization"]?.replace(/^Bearer /, "") ?? null,
    query: new URL(url).searchParams.get("token"),
    body: tokenIn(body),
  };
}

function isReplaced(write: SecretWrite, writes: readonly SecretWrite[], order: number): boolean {
  return writes.some((other) => other.beganOrder > write.doneOrder && other.doneOrder < order);
}
