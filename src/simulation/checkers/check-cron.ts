// Schedules: each due time makes at most one run, never early, and exactly one while the engine is up.

import type { Answer, Broken, History } from "../history.ts";
import type { CronModel } from "../workload/outside-model.ts";
import { type RunLog, runLogs } from "./run-log.ts";

/** A store that is down or slow, and the attempts before a crash, may hold a start up so long. */
const heldUpMaxMs = 25_000;
/** How far a clock may have gone back between a due time and the put of a version without the schedule. */
const backMaxMs = 10_000;

type Say = (promise: string, run: string | null, what: string) => void;
type Put = Extract<Answer, { readonly type: "put" }>;

export function checkCron(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const say: Say = (promise, run, what) => broken.push({ promise, run, what });
  const logs = runLogs(history).filter((log) => log.model.name.startsWith("tick-"));
  for (const [key, model] of history.models) {
    if (model.cron === null) continue;
    const tenant = key.split("/")[0] ?? "";
    const own = logs.filter(({ run }) => run.tenant === tenant);
    const puts = history.answers.filter(
      (one): one is Put => one.type === "put" && one.tenant === tenant && one.workflow === model.name,
    );
    const begun = puts.find(({ version }) => version === 1);
    const over = puts.find(({ version }) => version === 2);
    const fired = new Set<number>();
    const backMs = history.clockBack ? backMaxMs : 0;
    const received = new Map(
      history.items.flatMap(({ run, receivedAt }) => (run === null ? [] : [[run, receivedAt] as const])),
    );
    for (const log of own)
      checkRun(log, model.cron, { begun, over, backMs, receivedAt: received.get(log.run.run) }, fired, say);
    if (begun !== undefined && over !== undefined && !history.clockBack)
      checkMissing(history, model.cron, { from: begun.heardAt, to: over.beganAt }, fired, say);
  }
  return broken;
}

interface Life {
  readonly begun: Put | undefined;
  readonly over: Put | undefined;
  readonly backMs: number;
  /** When the inbox got the due time, if it had to wait there. */
  readonly receivedAt: number | undefined;
}

function checkRun(log: RunLog, cron: CronModel, life: Life, fired: Set<number>, say: Say): void {
  const { begun, over, backMs, receivedAt } = life;
  const { run, events } = log;
  const created = events[0];
  const trigger = created?.data["trigger"] as { readonly type: string; readonly scheduledAt?: string };
  if (trigger.type !== "cron" || created === undefined) {
    say("only its schedule starts a run of it", run.run, trigger.type);
    return;
  }
  const due = Date.parse(trigger.scheduledAt ?? "");
  if (due % (cron.everySeconds * 1_000) !== 0)
    say("a run is of a due time", run.run, trigger.scheduledAt ?? "");
  // What came due while nobody was signed in has come, whatever the clock shows at the sign-in: of another node, or set back.
  const at = receivedAt ?? created.at;
  if (at < due) say("timers are never early", run.run, `${due - at} ms before its due time`);
  if (fired.has(due)) say("a due time makes one run", run.run, trigger.scheduledAt ?? "");
  fired.add(due);
  if (cron.odd) checkFailed(log, say);
  else if (log.input["order"] !== trigger.scheduledAt)
    say("a run knows its due time", run.run, `${log.input["order"]}`);
  if (begun !== undefined && created.order < begun.beganOrder)
    say("a schedule begins when it is put", run.run, "");
  // What was due by then is started all the same, however late.
  if (over !== undefined && due > over.heardAt + backMs)
    say("a schedule ends with its version", run.run, trigger.scheduledAt ?? "");
}

/** What its trigger was to bring could not be made: it fails as it begins, and says why. */
function checkFailed({ run, events }: RunLog, say: Say): void {
  const [, ending, ...others] = events;
  const cause = ending?.data["cause"] as { readonly type: string } | undefined;
  if (ending?.type !== "run.ending" || ending.data["status"] !== "failed" || cause?.type !== "trigger")
    say("a run without its body fails as it begins", run.run, `${ending?.type}`);
  const begun = others.find(({ type }) => /^(step|strategy|item)\.(started|succeeded)$/.test(type));
  if (begun !== undefined) say("a run without its body does nothing", run.run, begun.type);
}

/** A due time without a run was missed while no engine was up: one came up later, and not long after. */
function checkMissing(
  history: History,
  { everySeconds, catchUp, jitterSeconds }: CronModel,
  { from, to }: { readonly from: number; readonly to: number },
  fired: ReadonlySet<number>,
  say: Say,
): void {
  const [step, jitterMs] = [everySeconds * 1_000, jitterSeconds * 1_000];
  const latest = Math.max(0, ...fired);
  const heldUpMs = heldUpMaxMs + history.jumpedMs;
  for (let due = Math.ceil((from + 1) / step) * step; due < to || due < latest; due += step) {
    if (fired.has(due)) continue;
    const boots = history.boots.filter(
      ({ upAt, downSince }) => upAt > due && downSince - heldUpMs <= due + jitterMs,
    );
    if (boots.length === 0) {
      say("each due time makes a run while the engine is up", null, new Date(due).toISOString());
    } else if (catchUp === "latest" && boots.every(({ upAt }) => due + step >= upAt)) {
      say("the latest due time that was missed makes a run", null, new Date(due).toISOString());
    }
  }
}
