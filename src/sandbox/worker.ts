// The evaluating process: jobs in, answers out, nothing else. It ends with the process that started it.

import { readdirSync, writeSync } from "node:fs";
import { setPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { createEvaluator, type Evaluator } from "./evaluator.ts";
import {
  niceness,
  type SandboxAnswer,
  type SandboxJob,
  type WorkerMessage,
  type WorkerRequest,
} from "./worker-protocol.ts";

/** Answers wait for each other this long, so that many small ones travel together. */
const holdMs = 5;
/** A batch that has taken so long is broken off: others may have waited for the process meanwhile. */
const batchMs = 500;
const standardOutput = 1;
const begun = Buffer.of(1);

function say(message: WorkerMessage): void {
  process.send?.(message);
}

function perform(evaluator: Evaluator, job: SandboxJob): SandboxAnswer {
  return job.type === "evaluate"
    ? { type: "evaluated", result: evaluator.evaluate(job.task) }
    : { type: "checked", error: evaluator.checkLua(job.source) };
}

function serve(evaluator: Evaluator, { jobs }: WorkerRequest): void {
  const began = performance.now();
  let answers: SandboxAnswer[] = [];
  let since = began;
  for (const job of jobs) {
    writeSync(standardOutput, begun);
    answers.push(perform(evaluator, job));
    const now = performance.now();
    if (now - began >= batchMs) break;
    if (now - since < holdMs) continue;
    say({ type: "answers", answers, over: false });
    answers = [];
    since = now;
  }
  say({ type: "answers", answers, over: true });
}

/** Lowers every thread: the runtime started several before this one, and Linux keeps a priority for each. */
function yieldToOthers(): void {
  setPriority(niceness);
  if (process.platform !== "linux") return;
  for (const thread of readdirSync("/proc/self/task")) setPriority(Number(thread), niceness);
}

const [memoryBytes, parent] = process.argv.slice(2).map(Number);
yieldToOthers();
// Sources run as they are; the published package holds JavaScript.
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
new Worker(new URL(`./parent-watch.${extension}`, import.meta.url), { workerData: parent }).unref();
process.on("disconnect", () => process.exit());
const evaluator = await createEvaluator(memoryBytes === undefined ? {} : { memoryBytes });
process.on("message", (request: WorkerRequest) => serve(evaluator, request));
say({ type: "ready" });
