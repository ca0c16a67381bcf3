// The jobs that wait for an evaluating process: a line for each tenant, and the tenants in turn.

import type { TenantId } from "../value/id.ts";
import { BatchSize } from "./batch-size.ts";
import type { SandboxAnswer, SandboxJob } from "./worker-protocol.ts";

export interface PendingJob {
  readonly tenant: TenantId;
  readonly job: SandboxJob;
  /** Whether it must be the only one of its batch, because a process ended that had it among others, or had it alone. */
  readonly after: "nothing" | "end" | "end_alone";
  readonly caller: JobCaller;
}

interface JobCaller {
  answer(answer: SandboxAnswer): void;
  /** It cannot be evaluated. */
  fail(code: "evaluation_timeout" | "evaluation_failed", message: string): void;
  /** Nobody knows whether it can be. */
  giveUp(message: string): void;
}

interface Line {
  jobs: PendingJob[];
  /** On the clock of `take`. */
  slowUntil: number;
  /** Texts of those evaluations. */
  readonly slowSources: Set<string>;
}

/** Jobs that travel together: enough to make messages cheap. */
export const batchMax = 32;
/** What may travel together, about; one job may be larger. The heap of a process has room for it many times. */
const batchBytes = 8 * 1024 * 1024;
/** So long after an evaluation that did not end, or ended its process, its tenant is slow. */
const slowMs = 60_000;
const slowSourcesMax = 64;

export class WaitingJobs {
  /** Whose turn is next comes first. */
  readonly #lines = new Map<TenantId, Line>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(...jobs: readonly PendingJob[]): void {
    for (const job of jobs) this.#lineOf(job.tenant).jobs.push(job);
    this.#count += jobs.length;
  }

  /** Those of one batch, which come before all others of their tenant. */
  putBack(jobs: readonly PendingJob[]): void {
    const [first] = jobs;
    if (first === undefined) return;
    const line = this.#lineOf(first.tenant);
    line.jobs = [...jobs, ...line.jobs];
    this.#count += jobs.length;
  }

  isSlow(tenant: TenantId, now: number): boolean {
    return (this.#lines.get(tenant)?.slowUntil ?? 0) > now;
  }

  /** `job` did not end, or ended the process that had it alone: its tenant is slow for a while, and its text comes after the others of the tenant. */
  slow({ tenant, job }: PendingJob, now: number): void {
    const line = this.#lineOf(tenant);
    line.slowUntil = now + slowMs;
    if (line.slowSources.size < slowSourcesMax) line.slowSources.add(sourceOf(job));
  }

  /**
   * Jobs of the tenant whose turn it is, for one of `shares` processes; null when none waits that may be taken. Of a slow
   * tenant one job is taken, and none when `slowToo` is false.
   */
  take(now: number, shares: number, slowToo: boolean): readonly PendingJob[] | null {
    for (const [tenant, line] of this.#lines) {
      const isSlow = line.slowUntil > now;
      if (!isSlow) line.slowSources.clear();
      if (line.jobs.length === 0) {
        if (!isSlow) this.#lines.delete(tenant);
        continue;
      }
      if (isSlow && !slowToo) continue;
      this.#lines.delete(tenant);
      this.#lines.set(tenant, line);
      const batch = isSlow ? takeOne(line) : takeBatch(line, Math.ceil(line.jobs.length / shares));
      this.#count -= batch.length;
      return batch;
    }
    return null;
  }

  takeAll(): readonly PendingJob[] {
    const all = [...this.#lines.values()].flatMap((line) => line.jobs.splice(0));
    this.#count = 0;
    return all;
  }

  #lineOf(tenant: TenantId): Line {
    const known = this.#lines.get(tenant);
    if (known !== undefined) return known;
    const line: Line = { jobs: [], slowUntil: 0, slowSources: new Set() };
    this.#lines.set(tenant, line);
    return line;
  }
}

function takeOne({ jobs, slowSources }: Line): readonly PendingJob[] {
  const quick = jobs.findIndex(({ job }) => !slowSources.has(sourceOf(job)));
  return jobs.splice(Math.max(0, quick), 1);
}

function takeBatch({ jobs }: Line, share: number): readonly PendingJob[] {
  const size = new BatchSize(batchBytes);
  const most = Math.min(batchMax, share);
  let count = 0;
  for (const { job, after } of jobs) {
    const fits = count < most && after === "nothing" && size.adds(job);
    if (count > 0 && !fits) break;
    count++;
    if (after !== "nothing") break;
  }
  return jobs.splice(0, count);
}

function sourceOf(job: SandboxJob): string {
  return job.type === "check" ? job.source : job.task.source;
}
