// A sandbox of processes: what does not end is killed from outside, and the others are evaluated by the next one.

import type { LuaSyntaxError, Sandbox, SandboxResult, SandboxTask } from "../ports/sandbox.ts";
import { sandboxUnavailable } from "../ports/sandbox-unavailable.ts";
import type { TenantId } from "../value/id.ts";
import { limits } from "../value/limits.ts";
import { EvaluatingProcess, type PendingJob, type ProcessOptions } from "./evaluating-process.ts";

export interface SandboxPoolOptions {
  /** Processes at most; they start when there is something to do. Default: 2. */
  readonly size?: 1 | 2;
  /** Wall clock that one evaluation has. Default: 5 seconds. */
  readonly timeoutMs?: number;
  /** Memory of one evaluation of Lua, 16 MiB at least. Default: 32 MiB. */
  readonly memoryBytes?: number;
}

/** Jobs that travel together: enough to make messages cheap, few enough that one slow job holds up few others. */
const batchMax = 32;
const closed = "the sandbox was closed";

export class SandboxPool implements Sandbox {
  readonly #size: number;
  readonly #options: ProcessOptions;
  readonly #processes = new Set<EvaluatingProcess>();
  #waiting: PendingJob[] = [];
  #closed = false;

  constructor(options: SandboxPoolOptions = {}) {
    this.#size = options.size ?? 2;
    this.#options = {
      timeoutMs: options.timeoutMs ?? limits.evaluation_ms,
      memoryBytes: options.memoryBytes ?? limits.evaluation_memory_bytes,
    };
  }

  evaluate(_tenant: TenantId, tasks: readonly SandboxTask[]): Promise<readonly SandboxResult[]> {
    const results = tasks.map(
      (task) =>
        new Promise<SandboxResult>((resolve, reject) => {
          this.#add({
            job: { type: "evaluate", task },
            answer: (answer) => {
              if (answer.type === "evaluated") resolve(answer.result);
            },
            fail: (code, message) => resolve({ ok: false, problem: { code, message } }),
            giveUp: (message) => reject(sandboxUnavailable(message)),
          });
        }),
    );
    this.#pump();
    return Promise.all(results);
  }

  checkLua(_tenant: TenantId, source: string): Promise<LuaSyntaxError | null> {
    return new Promise((resolve, reject) => {
      this.#add({
        job: { type: "check", source },
        answer: (answer) => {
          if (answer.type === "checked") resolve(answer.error);
        },
        // Only the compiler says what is no Lua.
        fail: (_code, message) => reject(sandboxUnavailable(message)),
        giveUp: (message) => reject(sandboxUnavailable(message)),
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
    if (this.#closed) job.giveUp(closed);
    else this.#waiting.push(job);
  }

  #pump(): void {
    for (const process of this.#processes) {
      if (process.isIdle && this.#waiting.length > 0) process.run(this.#takeBatch());
    }
    while (this.#waiting.length > 0 && this.#processes.size < this.#wanted()) this.#start();
    for (const process of this.#processes) {
      if (process.isStarting) process.hold(this.#waiting.length > 0);
    }
  }

  /** A second process starts only when there is more to do than one batch, or the first is at something. */
  #wanted(): number {
    const starting = [...this.#processes].some((process) => process.isStarting);
    return starting && this.#waiting.length <= batchMax ? this.#processes.size : this.#size;
  }

  #takeBatch(): readonly PendingJob[] {
    const share = Math.ceil(this.#waiting.length / this.#size);
    return this.#waiting.splice(0, Math.min(batchMax, share));
  }

  #start(): void {
    const process = new EvaluatingProcess(this.#options, {
      idle: () => this.#pump(),
      ended: (ended, unanswered, wasReady) => {
        this.#processes.delete(ended);
        if (this.#closed) return;
        this.#waiting = [...unanswered, ...this.#waiting];
        // Where no process starts, waiting does not help.
        if (!wasReady && this.#processes.size === 0) this.#giveUpAll("no evaluating process starts");
        // Who met one task that does not end will meet others: the next process starts at once.
        if (wasReady) this.#start();
        this.#pump();
      },
    });
    this.#processes.add(process);
  }

  #giveUpAll(message: string): void {
    for (const job of this.#waiting.splice(0)) job.giveUp(message);
  }
}
