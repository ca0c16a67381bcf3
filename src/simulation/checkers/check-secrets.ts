// Secrets go to their hosts only, and the log tells which versions of them were used and why one was not.

import type { Broken, Call, DurableEvent, History, SecretWrite } from "../history.ts";
import { allowsHost, type Hosts } from "./allows-host.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { failureOf, type RunLog } from "./run-log.ts";
import { type Task, taskOf } from "./task-of.ts";

export function checkSecrets(history: History): readonly Broken[] {
  const sent = callsByTask(history);
  const values = new Map<string, string>();
  return [
    ...checkHosts(history),
    ...judgeRuns(history, (log, say) => checkRun(history, log, sent, values, say)),
  ];
}

function callsByTask(history: History): ReadonlyMap<string, readonly Call[]> {
  const sent = new Map<string, Call[]>();
  for (const call of history.calls) {
    const key = keyOf(call.run, call.step, call.item, call.undo);
    const calls = sent.get(key);
    if (calls === undefined) sent.set(key, [call]);
    else calls.push(call);
  }
  return sent;
}

function keyOf(run: string, step: string, item: number | null, undo: boolean): string {
  return `${run}/${step}/${item ?? ""}/${undo}`;
}

/** Wherever a value stands in a call, its list has the call's host. */
function checkHosts(history: History): readonly Broken[] {
  return history.calls.flatMap((call): readonly Broken[] => {
    const text = decodeURIComponent(call.url) + JSON.stringify([call.headers, bodyOf(call)]);
    const seen = text.replaceAll('\\"', '"');
    return history.secretWrites.flatMap((write): readonly Broken[] => {
      if (write.value === null || !seen.includes(write.value)) return [];
      if (listsOf(history, write).some((hosts) => allowsHost(hosts, call.url))) return [];
      const what = `${write.name} was sent to ${call.url}, and may go to ${JSON.stringify(write.hosts)}`;
      return [{ promise: "a secret is sent to its hosts only", run: call.run, what }];
    });
  });
}

function bodyOf({ body }: Call): unknown {
  return body?.startsWith("{") === true ? JSON.parse(body) : body;
}

/** The lists that a write may have left: its own, or one of those that stood before it. */
function listsOf(
  history: History,
  write: SecretWrite,
  seen: ReadonlySet<SecretWrite> = new Set(),
): readonly Hosts[] {
  if (write.value === null) return [null];
  if (write.hosts !== undefined) return [write.hosts];
  const known = new Set([...seen, write]);
  const { tenant, name, beganOrder, doneOrder } = write;
  const before = standing(history, tenant, name, beganOrder, doneOrder).filter((one) => !known.has(one));
  const lists = before.flatMap((one) => listsOf(history, one, known));
  return before.some((one) => one.doneOrder < beganOrder) ? lists : [null, ...lists];
}

/** Writes one of which may have been the latest at some time from `from` to `to`. */
function standing(
  history: History,
  tenant: string,
  name: string,
  from: number,
  to: number,
): readonly SecretWrite[] {
  const writes = history.secretWrites.filter(
    (write) => write.tenant === tenant && write.name === name && write.beganOrder < to,
  );
  return writes.filter(
    (write) => !writes.some((other) => other.beganOrder > write.doneOrder && other.doneOrder < from),
  );
}

/** Ends of attempts that were heard of: the others cannot tell what was used. */
const heard: ReadonlySet<string> = new Set(["status", "network", "timeout", "parse", "schema", "too_large"]);

function checkRun(
  history: History,
  log: RunLog,
  sent: ReadonlyMap<string, readonly Call[]>,
  values: Map<string, string>,
  say: Say,
): void {
  const since = new Map<string, number>();
  for (const event of log.events) {
    const task = taskOf(log, event);
    if (event.data["secrets"] !== undefined) checkUses(history, log, event, values, sent, since, say);
    if (task === null) continue;
    const began = since.get(task.name) ?? event.order;
    const failure = failureOf(event) as ReturnType<typeof failureOf> | null | undefined;
    if (failure != null) checkRefusal(history, log, task, failure.code, [began, event.order], say);
    const calls = callsOf(log, task, sent).filter(
      ({ sentOrder }) => sentOrder > began && sentOrder < event.order,
    );
    const ends = ["retrying", "polled", "succeeded", "failed"].includes(task.verb);
    const told = failure == null ? task.verb === "succeeded" : heard.has(failure.kind);
    const used = calls.some((call) => valueIn(history, log, call) !== null);
    if (ends && told && used && !isTold(log, event, began)) {
      say("an attempt records the versions of its secrets", `${task.name}: ${event.type} tells none`);
    }
    if (["started", "retrying", "polled"].includes(task.verb)) since.set(task.name, event.order);
  }
}

function callsOf(
  log: RunLog,
  { step, item, undo }: Pick<Task, "step" | "item" | "undo">,
  sent: ReadonlyMap<string, readonly Call[]>,
): readonly Call[] {
  return sent.get(keyOf(log.run.run, step.id, item, undo)) ?? [];
}

/** By this event, or by one of the same step between it and the announcement, such as what the service directed. */
function isTold(log: RunLog, event: DurableEvent, began: number): boolean {
  return log.events.some(
    ({ order, seq, data }) =>
      order > began &&
      seq <= event.seq &&
      data["step"] === event.data["step"] &&
      data["item"] === event.data["item"] &&
      data["secrets"] !== undefined,
  );
}

function valueIn(history: History, log: RunLog, call: Call): SecretWrite | null {
  const text = (decodeURIComponent(call.url) + JSON.stringify([call.headers, bodyOf(call)])).replaceAll(
    '\\"',
    '"',
  );
  const found = history.secretWrites.find(
    ({ tenant, value }) => tenant === log.run.tenant && value !== null && text.includes(value),
  );
  return found ?? null;
}

/** Names and versions only; a version is always the same value, and lies between those of the writes around it. */
function checkUses(
  history: History,
  log: RunLog,
  event: DurableEvent,
  values: Map<string, string>,
  sent: ReadonlyMap<string, readonly Call[]>,
  since: ReadonlyMap<string, number>,
  say: Say,
): void {
  const { tenant } = log.run;
  const uses = event.data["secrets"] as readonly Readonly<Record<string, unknown>>[];
  const step = log.model.steps[Number(event.data["step"])];
  if (step === undefined) return;
  const item = typeof event.data["item"] === "number" ? event.data["item"] : null;
  const undo = event.type.startsWith("compensation.");
  for (const use of uses) {
    const version = Number(use["version"]);
    const told = `${step.id}: ${JSON.stringify(use)}`;
    if (Object.keys(use).join() !== "name,version" || use["name"] !== step.secret) {
      say("an attempt records names and versions of its own secrets", told);
      continue;
    }
    const name = step.secret as string;
    const task = `${undo ? "undo of " : ""}${step.id}${item === null ? "" : `[${item}]`}`;
    const began = since.get(task) ?? 0;
    const calls = callsOf(log, { step, item, undo }, sent).filter(
      ({ sentOrder }) => sentOrder > began && sentOrder < event.order,
    );
    const [call] = calls;
    const write = call === undefined || calls.length > 1 ? null : valueIn(history, log, call);
    if (write === null) continue;
    const key = `${tenant}/${name}/${version}`;
    const known = values.get(key);
    if (known !== undefined && known !== write.value) say("a version is one value", told);
    values.set(key, write.value as string);
    const before = history.secretWrites.filter(
      (other) => other.tenant === tenant && other.name === name && other.doneOrder < write.beganOrder,
    );
    const least = Math.max(0, ...before.map((other) => other.version ?? 0));
    if (version <= least || version > (write.version ?? Number.MAX_SAFE_INTEGER)) {
      say(
        "each write raises the version",
        `${told}, after ${least}, and the write was told ${write.version}`,
      );
    }
  }
}

/** A secret that is refused, deleted or not there was so at some time since the attempt was announced. */
function checkRefusal(
  history: History,
  log: RunLog,
  { step, name: task, item, undo }: Task,
  code: string,
  [from, to]: readonly [number, number],
  say: Say,
): void {
  if (!code.startsWith("secret_") || code === "secret_not_readable") return;
  // What a strategy as a whole comes to is its items' doing.
  if (step.strategy !== null && item === null) return;
  if (step.secret === null || undo) {
    say("a secret is missed only where the document names one", `${task}: ${code}`);
    return;
  }
  const { tenant } = log.run;
  const possible = standing(history, tenant, step.secret, from, to);
  // A deletion of what was never stored leaves nothing behind.
  const stored = history.secretWrites.some(
    (write) =>
      write.tenant === tenant && write.name === step.secret && write.value !== null && write.doneOrder < from,
  );
  const right =
    code === "secret_deleted"
      ? possible.some(({ value }) => value === null)
      : code === "secret_not_found"
        ? !stored
        : code === "secret_host_not_allowed" &&
          possible.some((write) =>
            listsOf(history, write).some((hosts) => !allowsHost(hosts, "https://services.example/")),
          );
  if (!right) say("a secret is refused only for its reason", `${task}: ${code}`);
}
