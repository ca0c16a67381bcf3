// A sandbox of processes: what does not end is killed from outside, and the others are evaluated by the next one.

import type { LuaSyntaxError, Sandbox, SandboxResult, SandboxTask } from "../ports/sandbox.ts";
import { sandboxUnavailable } from "../ports/sandbox-unavailable.ts";
import type { TenantId } from "../value/id.ts";
import { limits } from "../value/limits.ts";
import { EvaluatingProcess, type ProcessEnd, type ProcessOptions } from "./evaluating-process.ts";
import { batchMax, type PendingJob, WaitingJobs } from "./waiting-jobs.ts";

export interface SandboxPoolOptions {
  /** Processes at most; they start when there is something to do. Default: 2. */
  readonly size?: 1 | 2;
  /** Wall clock that one evaluation has. Default: 5 seconds. */
  readonly timeoutMs?: number;
  /** Memory of one evaluation of Lua, 16 MiB at least. Default: 32 MiB. */
  readonly memoryBytes?: number;
}

const closed = "the sandbox was closed";
const notStarted = "no evaluating process starts";
/** When a process does not start, others do without it for so long. */
const restMs = 1_000;

export class SandboxPool implements Sandbox {
  readonly #size: number;
  readonly #options: ProcessOptions;
  readonly #processes = new Set<EvaluatingProcess>();
  readonly #waiting = new WaitingJobs();
  #startsAgainAt = 0;
  #closed = false;

  constructor(options: SandboxPoolOptions = {}) {
    this.#size = options.size ?? 2;
    this.#options = {
      timeoutMs: options.timeoutMs ?? limits.evaluation_ms,
      memoryBytes: options.memoryBytes ?? limits.evaluation_memory_bytes,
    };
  }

  evaluate(tenant: TenantId, tasks: readonly SandboxTask[]): Promise<readonly SandboxResult[]> {
    const results = tasks.map(
      (task) =>
        new Promise<SandboxResult>((resolve, reject) => {
          this.#add({
            tenant,
            job: { type: "evaluate", task },
            after: "nothing",
            caller: {
              answer: (answer) => {
                if (answer.type === "evaluated") resolve(answer.result);
              },
              fail: (code, message) => resolve({ ok: false, problem: { code, message } }),
              giveUp: (message) => reject(sandboxUnavailable(message)),
            },
          });
        }),
    );
    this.#pump();
    return Promise.all(results);
  }

  checkLua(tenant: TenantId, source: string): Promise<LuaSyntaxError | null> {
    return new Promise((resolve, reject) => {
      const giveUp = (message: string) => reject(sandboxUnavailable(message));
      this.#add({
        tenant,
        job: { type: "check", source },
        after: "nothing",
        caller: {
          answer: (answer) => {
            if (answer.type === "checked") resolve(answer.error);
          },
          // Only the compiler says what is no Lua.
          fail: (_code, message) => giveUp(message),
          giveUp,
        },
      });
      this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#giveUpAll(closed);
    const processes = [...this.#processes];
    this.#processes.clear();
    await Promise.all(processes.map((process) => process.close()));
  }

  #add(job: PendingJob): void {
    if (this.#closed) job.caller.giveUp(closed);
    else this.#waiting.add(job);
  }

  #pump(): void {
    for (const process of this.#processes) if (process.isIdle) this.#feed(process);
    while (this.#waiting.count > 0 && this.#processes.size < this.#wanted()) {
      if (!this.#start()) break;
    }
    for (const process of this.#processes) {
      if (process.isStarting) process.hold(this.#waiting.count > 0);
    }
  }

  /** One process is never at what slow tenants have, so that the others need not wait for it. */
  #feed(process: EvaluatingProcess): void {
    const now = performance.now();
    const atSlow = [...this.#processes].filter(
      ({ tenant }) => tenant !== null && this.#waiting.isSlow(tenant, now),
    );
    const batch = this.#waiting.take(now, this.#size, atSlow.length < Math.max(1, this.#size - 1));
    if (batch !== null) process.run(batch);
  }

  /** A second process starts only when there is more to do than one batch, or the first is at something. */
  #wanted(): number {
    const present = this.#processes.size;
    if (present > 0 && performance.now() < this.#startsAgainAt) return present;
    const starting = [...this.#processes].some((process) => process.isStarting);
    return starting && this.#waiting.count <= batchMax ? present : this.#size;
  }

  /** False when there is none to be had. */
  #start(): boolean {
    try {
      const process = new EvaluatingProcess(this.#options, {
        idle: (left) => {
          this.#waiting.putBack(left);
          this.#pump();
        },
        ended: (end) => {
          this.#processes.delete(process);
          if (!this.#closed) this.#replace(end);
        },
      });
      this.#processes.add(process);
      return true;
    } catch {
      // The system has no memory for one.
      this.#refuseStart();
      return false;
    }
  }

  #replace({ type, message, unanswered, late, wasAlone }: ProcessEnd): void {
    if (late !== null) {
      this.#waiting.slow(late, performance.now());
      late.caller.fail("evaluation_timeout", message);
    }
    const [first] = unanswered;
    if (type === "died" && wasAlone && first !== undefined) this.#waiting.slow(first, performance.now());
    this.#waiting.putBack(
      type === "died" ? unanswered.flatMap((job) => afterEnd(job, wasAlone, message)) : unanswered,
    );
    if (type === "not_started") this.#refuseStart();
    // Who met one task that does not end will meet others.
    else if (type === "timeout") this.#start();
    this.#pump();
  }

  #refuseStart(): void {
    this.#startsAgainAt = performance.now() + restMs;
    // Where no process starts, waiting does not help.
    if (this.#processes.size === 0) this.#giveUpAll(notStarted);
  }

  #giveUpAll(message: string): void {
    for (const { caller } of this.#waiting.takeAll()) caller.giveUp(message);
  }
}

/**
 * What a process had that died: nobody knows which of them ended it, if any, so that each is tried alone. One that had it
 * alone may have been as innocent, since processes are killed for want of memory: it is tried once more.
 */
function afterEnd(job: PendingJob, wasAlone: boolean, message: string): readonly PendingJob[] {
  if (!wasAlone) return [{ ...job, after: "end" }];
  if (job.after !== "end_alone") return [{ ...job, after: "end_alone" }];
  job.caller.fail("evaluation_failed", `${message}, twice`);
  return [];
}
