// kill -9 around the due times of schedules: each due time makes one run while the engine is up, and what was missed one.
//
// Usage: node test/crash/cron.ts [--rounds N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startEngine } from "../process/start-engine.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "20" } } });
const rounds = Number(values.rounds);
const everyMs = 2_000;
/** A due time so shortly before a kill may have been seen or not: at most one run, and one that was missed counts as such. */
const doubtMs = 1_000;
/** How far from a due time the process is killed. */
const aroundMs = { before: 100, after: 150 } as const;
const downMaxMs = 5_000;

type CatchUp = "latest" | "none";

const workflow = (catchUp: CatchUp, service: string) => `
name: cron-${catchUp}
version: 1
triggers: [{type: cron, schedule: "*/${everyMs / 1000} * * * * *", catch_up: ${catchUp}}]
steps:
  only:
    request: {method: POST, url: "${service}/${catchUp}", body: {due: "{{ trigger.scheduled_at }}"}}
    retry: {max: 20, delay: 20ms, max_delay: 200ms}
`;

/** Times at which a process was started, ready and killed. */
interface Life {
  readonly spawnedAt: number;
  readonly readyAt: number;
  endedAt: number;
}

const home = mkdtempSync(join(tmpdir(), "dispatched-cron-"));
const service = new ScriptedService();
const address = await service.start();
const lives: Life[] = [];

async function begin(): Promise<EngineUnderTest> {
  const spawnedAt = Date.now();
  const engine = await startEngine(home);
  lives.push({ spawnedAt, readyAt: Date.now(), endedAt: Number.POSITIVE_INFINITY });
  return engine;
}

function sleepUntil(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
}

function dueAfter(at: number): number {
  return Math.floor(at / everyMs) * everyMs + everyMs;
}

async function kill(engine: EngineUnderTest): Promise<void> {
  const wait = doubtMs + (Math.random() < 0.5 ? 0 : everyMs);
  const near = Math.random() * (aroundMs.before + aroundMs.after) - aroundMs.before;
  await sleepUntil(dueAfter(Date.now() + wait) + near);
  (lives.at(-1) as Life).endedAt = Date.now();
  engine.child.kill("SIGKILL");
  await engine.ended;
  if (Math.random() < 0.7) await sleepUntil(Date.now() + Math.random() * downMaxMs);
}

/** By due time, the runs that called the service. */
function runsOf(catchUp: CatchUp): ReadonlyMap<number, ReadonlySet<string>> {
  const runs = new Map<number, Set<string>>();
  for (const { body, key } of service.of(`/${catchUp}`)) {
    const due = Date.parse(String(body["due"]));
    const found = runs.get(due) ?? new Set();
    runs.set(due, found.add(key.split("/")[0] ?? ""));
  }
  return runs;
}

interface Judged {
  wanted: number;
  caughtUp: number;
  readonly bad: string[];
}

/** `from`: the schedule was there. */
function judge(catchUp: CatchUp, from: number, until: number): Judged {
  const runs = runsOf(catchUp);
  const judged: Judged = { wanted: 0, caughtUp: 0, bad: [] };
  const count = (due: number) => runs.get(due)?.size ?? 0;
  for (let due = dueAfter(from); due <= until; due += everyMs) {
    const what = `${catchUp}, due ${new Date(due).toISOString()}: ${count(due)} runs`;
    if (count(due) > 1) judged.bad.push(what);
    const up = lives.some(({ readyAt, endedAt }) => readyAt <= due && due <= endedAt - doubtMs);
    if (up) judged.wanted++;
    if (up && count(due) !== 1) judged.bad.push(`${what}, and the engine was up`);
    const next = lives.findIndex(({ spawnedAt }) => due < spawnedAt);
    const down = next > 0 && due > (lives[next - 1] as Life).endedAt;
    if (!down) continue;
    const last = dueAfter(due) > (lives[next] as Life).spawnedAt;
    if (count(due) > 0 && (catchUp === "none" || !last)) judged.bad.push(`${what}, and it was down`);
    if (count(due) > 0) judged.caughtUp++;
  }
  // Of what was due before a start was over, the latest has its run: from before, caught up, or in time.
  for (const { readyAt } of catchUp === "latest" ? lives.slice(1) : []) {
    const due = dueAfter(readyAt) - everyMs;
    if (due > from && count(due) !== 1) judged.bad.push(`due ${new Date(due).toISOString()}: not caught up`);
  }
  return judged;
}

try {
  let engine = await begin();
  await engine.client.putWorkflow("cron-latest", workflow("latest", address), "yaml");
  await engine.client.putWorkflow("cron-none", workflow("none", address), "yaml");
  const from = Date.now();
  for (let round = 1; round <= rounds; round++) {
    await kill(engine);
    engine = await begin();
    if (round % 25 === 0) console.log(`${round} of ${rounds} rounds`);
  }
  const until = dueAfter(Date.now()) + everyMs;
  // Time for the last runs to call.
  await sleepUntil(until + everyMs - 500);
  (lives.at(-1) as Life).endedAt = Date.now() + everyMs;
  engine.child.kill("SIGTERM");
  await engine.ended;
  let bad = 0;
  for (const catchUp of ["latest", "none"] as const) {
    const judged = judge(catchUp, from, until);
    bad += judged.bad.length;
    for (const line of judged.bad) console.log(line);
    console.log(
      `catch_up: ${catchUp}: ${rounds} kills, ${judged.wanted} due times while up, ${judged.caughtUp} caught up, ${judged.bad.length} wrong`,
    );
  }
  process.exitCode = bad === 0 ? 0 : 1;
} finally {
  service.stop();
  rmSync(home, { recursive: true, force: true });
}
