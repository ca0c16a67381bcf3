// The pool's side of one evaluating process: jobs go in, and when one does not end the process does.

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TenantId } from "../value/id.ts";
import { BegunJobs } from "./begun-jobs.ts";
import type { PendingJob } from "./waiting-jobs.ts";
import type { WorkerMessage, WorkerRequest } from "./worker-protocol.ts";

export interface ProcessOptions {
  /** Wall clock that one evaluation has. */
  readonly timeoutMs: number;
  readonly memoryBytes: number;
}

export interface ProcessEvents {
  /** It is ready, or has done with its batch. `left` are the jobs of it that were not begun. */
  idle(left: readonly PendingJob[]): void;
  ended(end: ProcessEnd): void;
}

/**
 * How it ended. `timeout`: the job `late` did not end. `died`: while it had jobs, or by itself. `stopped`: by what ends our own
 * process as well. `not_started`: it never was ready.
 */
export interface ProcessEnd {
  readonly type: "timeout" | "died" | "stopped" | "not_started";
  readonly message: string;
  /** What it had and did not answer, in order, without `late`. */
  readonly unanswered: readonly PendingJob[];
  readonly late: PendingJob | null;
  /** The batch was one job. */
  readonly wasAlone: boolean;
}

/** Heap of the process's own JavaScript: contexts, queries and results. */
const heapMegabytes = 256;
/** A process that cannot even start in this time never will. */
const startMs = 30_000;
/**
 * The process may need so long to come to a job: jobs are on their way to it, and between two of them it may have to wait
 * for the processor. The clock of an evaluation starts when it begins.
 */
const transferMs = 10_000;

/**
 * What ends our own process, and comes to this one as well: Ctrl-C goes to all processes of a terminal, a service manager may
 * stop all processes of a service. Evaluations that are under way are still wanted while the engine finishes its work.
 */
const stopSignals: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGTERM", "SIGHUP"]);

export class EvaluatingProcess {
  readonly #child: ChildProcess;
  readonly #options: ProcessOptions;
  readonly #events: ProcessEvents;
  #state: "starting" | "idle" | "busy" | "ended" = "starting";
  #jobs: readonly PendingJob[] = [];
  /** As far as we know. */
  readonly #begun = new BegunJobs();
  #answered = 0;
  /** On `performance.now()`: when the process was last heard, and when it must be heard again. */
  #deadline: number;
  #timer: NodeJS.Timeout | undefined;
  readonly #exited: Promise<void>;

  constructor(options: ProcessOptions, events: ProcessEvents) {
    this.#options = options;
    this.#events = events;
    this.#child = startChild(options.memoryBytes);
    this.#child.on("message", (message: WorkerMessage) => this.#hear(message));
    this.#child.stdout?.on("data", (begun: Buffer) => this.#hearBegun(begun.length));
    this.#child.on("error", () => this.#end("died", "the evaluating process failed"));
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", (_code, signal) => {
        const isStopped = signal !== null && stopSignals.has(signal);
        this.#end(isStopped ? "stopped" : "died", "the evaluating process ended");
        resolve();
      });
      this.#child.once("error", () => resolve());
    });
    this.#deadline = performance.now() + startMs;
    this.#watch();
  }

  get isIdle(): boolean {
    return this.#state === "idle";
  }

  /** Whose jobs it is at. */
  get tenant(): TenantId | null {
    return this.#jobs[0]?.tenant ?? null;
  }

  get isStarting(): boolean {
    return this.#state === "starting";
  }

  /** The process must be idle. */
  run(jobs: readonly PendingJob[]): void {
    this.#state = "busy";
    this.#jobs = jobs;
    this.#answered = 0;
    this.hold(true);
    this.#expect();
    this.#watch();
    const request: WorkerRequest = { jobs: jobs.map(({ job }) => job) };
    try {
      // What cannot be sent is not answered either: the process's end or the deadline follows.
      this.#child.send(request, () => {});
    } catch {
      this.#end("died", "the evaluating process cannot be told what to evaluate");
    }
  }

  /** Resolves when the process is gone. Its jobs are given up. */
  async close(): Promise<void> {
    const jobs = this.#jobs.slice(this.#answered);
    this.#jobs = [];
    this.#state = "ended";
    clearTimeout(this.#timer);
    this.#child.kill("SIGKILL");
    for (const { caller } of jobs) caller.giveUp("the sandbox was closed");
    this.#child.ref();
    await this.#exited;
  }

  /** Whether our own process stays alive for this one: while it is at something, or something waits for its start. */
  hold(held: boolean): void {
    const { stdout, channel } = this.#child;
    const socket = stdout as unknown as { ref(): void; unref(): void } | null;
    for (const handle of [this.#child, channel, socket]) {
      if (held) handle?.ref();
      else handle?.unref();
    }
  }

  #hear(message: WorkerMessage): void {
    if (this.#state === "ended") return;
    if (message.type === "answers") {
      for (const answer of message.answers) this.#jobs[this.#answered++]?.caller.answer(answer);
      if (!message.over) {
        // Until it begins the next, the limit of the one that it has ended does not count any more.
        if (this.#begun.count <= this.#answered) this.#expect();
        return;
      }
    }
    const left = this.#jobs.slice(this.#answered);
    this.#begun.endBatch(this.#answered);
    this.#state = "idle";
    this.#jobs = [];
    this.#answered = 0;
    clearTimeout(this.#timer);
    this.hold(false);
    this.#events.idle(left);
  }

  #hearBegun(count: number): void {
    this.#begun.tell(count);
    const before = this.#deadline;
    this.#expect();
    if (this.#state === "busy" && this.#deadline < before) this.#watch();
  }

  /** From now on an evaluation has its limit; who is not at one has the time to come to the next. */
  #expect(): void {
    const comesMs = this.#begun.count > this.#answered ? 0 : transferMs;
    this.#deadline = performance.now() + comesMs + this.#options.timeoutMs;
  }

  #watch(): void {
    clearTimeout(this.#timer);
    const left = Math.max(1, Math.ceil(this.#deadline - performance.now()));
    // What the process said while this one was busy is heard before it is judged.
    this.#timer = setTimeout(() => setImmediate(() => this.#judge()), left);
    if (this.#state === "starting") this.#timer.unref();
  }

  #judge(): void {
    if (this.#state !== "busy" && this.#state !== "starting") return;
    if (performance.now() < this.#deadline) this.#watch();
    else if (this.#begun.count > this.#answered) {
      this.#end("timeout", `the evaluation takes longer than ${this.#options.timeoutMs} ms`);
    } else this.#end("died", "the evaluating process does not answer");
  }

  #end(how: "timeout" | "died" | "stopped", message: string): void {
    const previous = this.#state;
    if (previous === "ended") return;
    this.#state = "ended";
    clearTimeout(this.#timer);
    this.#child.kill("SIGKILL");
    this.hold(false);
    const jobs = this.#jobs;
    this.#jobs = [];
    // The job that it is at: those before it were evaluated and not answered, those behind it not begun.
    const late = how === "timeout" ? (jobs[this.#begun.count - 1] ?? null) : null;
    this.#events.ended({
      type: how === "died" && previous === "starting" ? "not_started" : how,
      message,
      unanswered: jobs.slice(this.#answered).filter((job) => job !== late),
      late,
      wasAlone: jobs.length === 1,
    });
  }
}

/** A process with an empty environment and no right to write files, start processes or load addons. */
function startChild(memoryBytes: number): ChildProcess {
  // Sources run as they are; the published package holds JavaScript.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const file = fileURLToPath(new URL(`./worker.${extension}`, import.meta.url));
  return fork(file, [String(memoryBytes), String(process.pid)], {
    env: {},
    execArgv: [
      `--max-old-space-size=${heapMegabytes}`,
      "--permission",
      "--allow-fs-read=*",
      "--allow-worker",
      "--disallow-code-generation-from-strings",
    ],
    serialization: "advanced",
    stdio: ["ignore", "pipe", "ignore", "ipc"],
  });
}
