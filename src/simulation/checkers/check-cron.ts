// Schedules: each due time makes at most one run, never early, and exactly one while the engine is up; missed ones as its
// `catch_up` says.

import type { Answer, Boot, Broken, History } from "../history.ts";
import type { CronModel } from "../workload/outside-model.ts";
import { dueTimes, isDue, startOf } from "./due-times.ts";
import { isQuiet } from "./quiet.ts";
import { type RunLog, runLogs } from "./run-log.ts";

/** A store that is down or slow, and the attempts before a crash, may hold a start up so long. */
const heldUpMaxMs = 25_000;
/** How far a clock may have gone back between a due time and the put of a version without the schedule. */
const backMaxMs = 10_000;
/** Where nothing struck a run begins so soon after its time. */
const lateMaxMs = 3_000;

type Say = (promise: string, run: string | null, what: string) => void;
type Put = Extract<Answer, { readonly type: "put" }>;

/** One version's schedule. */
interface Life {
  readonly history: History;
  readonly cron: CronModel;
  readonly begun: Put | undefined;
  readonly over: Put | undefined;
  readonly backMs: number;
  /** When the run of a due time is to start. */
  readonly startOf: (due: number) => number;
}

export function checkCron(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const say: Say = (promise, run, what) => broken.push({ promise, run, what });
  const logs = runLogs(history).filter((log) => log.model.name.startsWith("tick-"));
  const received = new Map(
    history.items.flatMap(({ run, receivedAt }) => (run === null ? [] : [[run, receivedAt] as const])),
  );
  const backMs = history.clockBack ? backMaxMs : 0;
  for (const [key, { name, version, cron }] of history.models) {
    if (cron === null) continue;
    const tenant = key.split("/")[0] ?? "";
    const put = (wanted: number) =>
      history.answers.find(
        (one): one is Put =>
          one.type === "put" && one.tenant === tenant && one.workflow === name && one.version === wanted,
      );
    const start = (due: number) => startOf(tenant, name, cron, due);
    const life = { history, cron, begun: put(version), over: put(version + 1), backMs, startOf: start };
    const own = logs.filter(({ run, model }) => run.tenant === tenant && model.version === version);
    const fired = new Set<number>();
    for (const log of own) checkRun(log, life, received.get(log.run.run), fired, say);
    if (history.clockBack) continue;
    checkMissing(life, fired, say);
    checkCaughtUp(life, fired, say);
  }
  return broken;
}

/** @param receivedAt when the inbox got the due time, if it had to wait there */
function checkRun(
  log: RunLog,
  life: Life,
  receivedAt: number | undefined,
  fired: Set<number>,
  say: Say,
): void {
  const { history, cron, begun, over, backMs } = life;
  const { run, events } = log;
  const created = events[0];
  const trigger = created?.data["trigger"] as { readonly type: string; readonly scheduledAt?: string };
  if (trigger.type !== "cron" || created === undefined) {
    say("only its schedule starts a run of it", run.run, trigger.type);
    return;
  }
  const due = Date.parse(trigger.scheduledAt ?? "");
  if (!isDue(cron, due)) say("a run is of a due time", run.run, trigger.scheduledAt ?? "");
  // What came due while nobody was signed in has come, whatever the clock shows at the sign-in: of another node, or set back.
  const late = (receivedAt ?? created.at) - life.startOf(due);
  if (late < 0) say("timers are never early", run.run, `${-late} ms before its due time and jitter`);
  if (
    late > lateMaxMs &&
    receivedAt === undefined &&
    isQuiet(history, created.durableAt - late, created.durableAt)
  )
    say("a due time is not late where nothing struck", run.run, `${late} ms`);
  if (fired.has(due)) say("a due time makes one run", run.run, trigger.scheduledAt ?? "");
  fired.add(due);
  if (cron.odd) checkFailed(log, "a run without its body", (promise, what) => say(promise, run.run, what));
  else if (log.input["order"] !== trigger.scheduledAt)
    say("a run knows its due time", run.run, `${log.input["order"]}`);
  if (begun !== undefined && created.order < begun.beganOrder)
    say("a schedule begins when it is put", run.run, "");
  // What was due by then is started all the same, however late.
  if (over !== undefined && due > over.heardAt + backMs)
    say("a schedule ends with its version", run.run, trigger.scheduledAt ?? "");
}

/** What its trigger was to bring could not be made: it fails as it begins, and says why. */
export function checkFailed(
  { events }: RunLog,
  who: string,
  say: (promise: string, what: string) => void,
): void {
  const [, ending, ...others] = events;
  const cause = ending?.data["cause"] as { readonly type: string } | undefined;
  if (ending?.type !== "run.ending" || ending.data["status"] !== "failed" || cause?.type !== "trigger")
    say(`${who} fails as it begins`, `${ending?.type}`);
  const begun = others.find(({ type }) => /^(step|strategy|item)\.(started|succeeded)$/.test(type));
  if (begun !== undefined) say(`${who} does nothing`, begun.type);
}

/** A due time without a run was missed while no engine was up: one came up later, and not long after. */
function checkMissing(
  { history, cron, begun, over, startOf }: Life,
  fired: ReadonlySet<number>,
  say: Say,
): void {
  if (begun === undefined || over === undefined) return;
  const latest = Math.max(over.beganAt - 1, ...fired);
  const heldUpMs = heldUpMaxMs + history.jumpedMs;
  const times = dueTimes(cron, begun.heardAt, latest);
  times.forEach((due, index) => {
    if (fired.has(due)) return;
    const boots = history.boots.filter(
      ({ upAt, downSince }) => upAt > due && downSince - heldUpMs <= startOf(due),
    );
    const next = times[index + 1] ?? Number.POSITIVE_INFINITY;
    if (boots.length === 0) {
      say("each due time makes a run while the engine is up", null, new Date(due).toISOString());
    } else if (cron.catchUp === "latest" && boots.every(({ upAt }) => next >= upAt)) {
      say("the latest due time that was missed makes a run", null, new Date(due).toISOString());
    }
  });
}

/** Of the due times whose start came while the only engine was down the latest makes a run, or none. */
function checkCaughtUp({ history, cron, startOf }: Life, fired: ReadonlySet<number>, say: Say): void {
  // Another node, or one that was taken for dead, may have been up.
  if (!history.exclusive || history.zombies) return;
  for (const boot of history.boots) {
    const made = [...fired].filter((due) => isDuring(startOf(due), boot));
    if (cron.catchUp === "none" && made.length > 0)
      say("a due time that was missed makes no run", null, new Date(made[0] ?? 0).toISOString());
    if (made.length > 1)
      say("of those that were missed the latest makes a run", null, `${made.length} of one down time`);
  }
}

function isDuring(start: number, { downSince, bootedAt }: Boot): boolean {
  return start > downSince && start < bootedAt;
}
