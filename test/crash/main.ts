// The crash loop: the real process on the real store is killed under load, over and over; nothing may be lost.
//
// Usage: node test/crash/main.ts [--rounds N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withWholeOutput } from "../../src/cli/with-whole-output.ts";
import { ClientError } from "../../src/client/client-error.ts";
import { stringifyJson } from "../../src/value/stringify-json.ts";
import { LedgerService } from "../process/ledger-service.ts";
import { type EngineUnderTest, startEngine } from "../process/start-engine.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "10" } } });
const rounds = Number(values.rounds);
const runsARound = 24;
const settleMaxMs = 90_000;

const workflow = (service: string) => `
name: crash-job
version: 1
triggers: [{type: http}]
defaults: {base_url: "${service}"}
steps:
  first:
    request: {method: POST, url: /first, body: {n: "{{ trigger.body.n }}"}}
    retry: {max: 20, delay: 20ms, max_delay: 200ms}
    compensate: {request: {method: POST, url: /undo}}
  second:
    after: [first]
    request: {method: POST, url: /second, body: {ref: "{{ steps.first.output.id }}"}}
    retry: {max: 20, delay: 20ms, max_delay: 200ms}
  third:
    after: [first]
    request: {method: POST, url: /third, body: {ref: "{{ steps.first.output.id }}"}}
    retry: {max: 20, delay: 20ms, max_delay: 200ms}
  last:
    after: [second, third]
    request: {method: POST, url: /last, body: "{{ trigger.body }}"}
    retry: {max: 20, delay: 20ms, max_delay: 200ms}
output: "{{ trigger.body }}"
`;

/** Of every fourth run the body is so large that it stands apart from the events. */
function bodyOf(n: number): string {
  return JSON.stringify({ n, text: n % 4 === 0 ? `${n} é`.repeat(20_000) : "short" });
}

interface Start {
  readonly key: string;
  readonly n: number;
  /** Known once it was acknowledged. */
  run: string | null;
}

/** Where the process dies: at a named point of the writer, or whenever. */
function drawDeath(): { readonly args: readonly string[]; readonly afterMs: number | null } {
  const draw = Math.random();
  const after = 1 + Math.floor(Math.random() * 40);
  if (draw < 0.25) return { args: ["--crash", `before_commit:${after}`], afterMs: null };
  if (draw < 0.5) return { args: ["--crash", `after_commit:${after}`], afterMs: null };
  return { args: [], afterMs: 20 + Math.random() * 500 };
}

async function tryStart(engine: EngineUnderTest, start: Start): Promise<void> {
  try {
    const body = bodyOf(start.n);
    const { run } = await engine.client.startRun("crash-job", { body, idempotencyKey: start.key });
    if (start.run !== null && start.run !== run)
      throw new Error(`${start.key} started ${start.run} and ${run}`);
    start.run = run;
  } catch (error) {
    // The process died, or is dying: the caller asks again, with the same key.
    const expected = error instanceof ClientError && (error.status === 0 || error.status >= 500);
    if (!expected) throw error;
  }
}

const home = mkdtempSync(join(tmpdir(), "dispatched-crash-"));
const service = new LedgerService({ refuses: 0.1, slowestMs: 60 });
const address = await service.start();
const starts: Start[] = [];
let kills = 0;

async function putWorkflow(): Promise<void> {
  const engine = await startEngine(home);
  await engine.client.putWorkflow("crash-job", workflow(address), "yaml");
  engine.child.kill("SIGTERM");
  await engine.ended;
}

async function killRound(): Promise<void> {
  const { args, afterMs } = drawDeath();
  let engine: EngineUnderTest;
  try {
    engine = await startEngine(home, args);
  } catch {
    // It died at its point before it was ready: that is a kill as well.
    kills++;
    return;
  }
  for (let index = 0; index < runsARound; index++) {
    starts.push({ key: `key-${starts.length}`, n: starts.length, run: null });
  }
  const timer = setTimeout(() => engine.child.kill("SIGKILL"), afterMs ?? 1_500);
  const unacknowledged = starts.filter((start) => start.run === null);
  await Promise.all(unacknowledged.map((start) => tryStart(engine, start)));
  await engine.ended;
  clearTimeout(timer);
  kills++;
}

/** Lets everything come to its end without a kill. */
async function settle(): Promise<{ readonly lost: number; readonly stuck: number; readonly cut: number }> {
  const engine = await startEngine(home);
  for (const start of starts.filter((one) => one.run === null)) await tryStart(engine, start);
  const until = Date.now() + settleMaxMs;
  let [lost, stuck, cut] = [0, 0, 0];
  for (const { run, key, n } of starts) {
    try {
      let found = await engine.client.getRun(run ?? "");
      while (found.ended_at === null && Date.now() < until) found = await engine.client.getRun(run ?? "", 5);
      if (found.ended_at === null) {
        stuck++;
        console.log(`stuck: ${key} ${run} ${found.now}`);
      } else if (stringifyJson((await withWholeOutput(engine.client, found)).output) !== bodyOf(n)) {
        cut++;
        console.log(`another output: ${key} ${run}`);
      }
    } catch (error) {
      lost++;
      console.log(`lost: ${key} ${run} ${(error as Error).message}`);
    }
  }
  engine.child.kill("SIGTERM");
  await engine.ended;
  return { lost, stuck, cut };
}

/** Judged by the service's own ledger. */
function judgeLedger(): {
  readonly changedKeys: number;
  readonly repeated: number;
  readonly missing: number;
  readonly short: number;
} {
  const runs = new Set(starts.map((start) => start.run));
  const seen = new Set<string>();
  let [changedKeys, repeated] = [0, 0];
  for (const { run, step, key, attempt } of service.ledger) {
    if (key !== `${run}/${step}` && key !== `${run}/${step}/compensate`) changedKeys++;
    const name = `${key}#${attempt}`;
    if (seen.has(name)) repeated++;
    seen.add(name);
    if (!runs.has(run)) console.log(`a call of a run that nobody was told of: ${run}`);
  }
  const sizes = new Map(starts.map(({ run, n }) => [run, Buffer.byteLength(bodyOf(n))]));
  const lasts = service.ledger.filter(({ step, status }) => step === "last" && status === 200);
  const short = lasts.filter(({ run, bytes }) => bytes !== sizes.get(run)).length;
  const done = new Set(
    service.ledger.filter(({ status }) => status === 200).map(({ run, step }) => `${run}/${step}`),
  );
  const missing = starts.filter(({ run }) => !done.has(`${run}/first`)).length;
  return { changedKeys, repeated, missing, short };
}

try {
  await putWorkflow();
  for (let round = 1; round <= rounds; round++) {
    await killRound();
    if (round % 25 === 0) console.log(`${round} of ${rounds} rounds, ${starts.length} starts`);
  }
  const { lost, stuck, cut } = await settle();
  const { changedKeys, repeated, missing, short } = judgeLedger();
  const bad = lost + stuck + cut + changedKeys + repeated + missing + short;
  console.log(
    `${kills} kills, ${starts.length} runs, ${service.ledger.length} calls: ` +
      `${lost} lost, ${stuck} stuck, ${changedKeys} keys changed, ${repeated} attempts sent twice, ${missing} never called, ` +
      `${cut} outputs and ${short} requests not whole`,
  );
  process.exitCode = bad === 0 && kills === rounds ? 0 : 1;
} finally {
  service.stop();
  rmSync(home, { recursive: true, force: true });
}
