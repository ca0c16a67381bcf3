// The loop's side of the writer thread: requests in order, one answer each.

import { Worker } from "node:worker_threads";
import { DispatchedError, type ErrorCode } from "../../value/problem.ts";
import type { StoreNotice, WriterAnswer, WriterOptions, WriterRequest } from "./writer-protocol.ts";

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class Writer {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  /** Place of the first that still waits: shifting an array would cost its length. */
  #next = 0;
  #ended = false;
  #closing = false;
  readonly #lost: () => void;
  readonly #tell: (notice: StoreNotice) => void;

  private constructor(worker: Worker, lost: () => void, tell: (notice: StoreNotice) => void) {
    this.#worker = worker;
    this.#lost = lost;
    this.#tell = tell;
    worker.on("message", (answer: WriterAnswer) => this.#hear(answer));
    worker.on("error", () => this.#end());
    worker.on("exit", () => this.#end());
  }

  /**
   * Resolves when the database is open and its schema up to date. `lost` is called once if the thread ends by itself, `tell`
   * with what an operator should hear.
   */
  static open(
    options: WriterOptions,
    lost = () => {},
    tell: (notice: StoreNotice) => void = () => {},
  ): Promise<Writer> {
    // Sources run as they are; the published package holds JavaScript.
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const worker = new Worker(new URL(`./writer-thread.${extension}`, import.meta.url), {
      workerData: options,
    });
    return new Promise((resolve, reject) => {
      const failed = () => reject(unavailable());
      worker.once("error", failed);
      worker.once("exit", failed);
      const hear = (answer: WriterAnswer) => {
        if (answer.type === "notice") return tell(answer.notice);
        worker.off("message", hear);
        worker.off("error", failed);
        worker.off("exit", failed);
        if (answer.type === "refused") {
          const hint = answer.hint === null ? {} : { hint: answer.hint };
          reject(new DispatchedError(answer.code as ErrorCode, answer.message, hint));
          void worker.terminate();
        } else {
          resolve(new Writer(worker, lost, tell));
        }
      };
      worker.on("message", hear);
    });
  }

  /** Errors: `store_rolled_back` (nothing was changed), `store_unavailable` (the outcome is unknown). */
  ask<Result>(request: WriterRequest): Promise<Result> {
    if (this.#ended) return Promise.reject(unavailable());
    return new Promise<Result>((resolve, reject) => {
      // What cannot be sent gets no answer: nobody waits for one then.
      this.#worker.postMessage(request, request?.op === "append" ? [request.packed.buffer] : []);
      this.#waiting.push({ resolve: resolve as (result: unknown) => void, reject });
    });
  }

  /** Resolves when the thread has ended; a thread that had ended before is closed already. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#closing = true;
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    await Promise.all([this.ask({ op: "close" }), exited]);
  }

  #hear(answer: WriterAnswer): void {
    if (answer.type === "notice") {
      this.#tell(answer.notice);
      return;
    }
    const waiting = this.#waiting[this.#next++];
    if (this.#next === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#next = 0;
    }
    if (waiting === undefined) return;
    if (answer.type === "done") {
      waiting.resolve(answer.result);
    } else if (answer.type === "rolled_back") {
      waiting.reject(
        new DispatchedError("store_rolled_back", `the store refused the write (${answer.reason})`, {
          retryable: true,
          ...(answer.reason === "SQLITE_FULL"
            ? { hint: "the disk is full: make room in the data folder" }
            : {}),
        }),
      );
    } else {
      waiting.reject(unavailable());
      this.#end();
    }
  }

  #end(): void {
    if (!this.#ended && !this.#closing) this.#lost();
    this.#ended = true;
    const left = this.#waiting.splice(this.#next);
    this.#waiting.length = 0;
    this.#next = 0;
    for (const waiting of left) waiting.reject(unavailable());
  }
}

function unavailable(): DispatchedError {
  return new DispatchedError("store_unavailable", "the store's writer has ended", { retryable: true });
}
