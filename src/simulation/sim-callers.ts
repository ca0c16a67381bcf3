// The callers of a world: they put workflows and secrets, start runs, wait, repeat, cancel, and note what they are told.

import type { Engine } from "../engine/engine.ts";
import { isTerminal } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Prng } from "./prng.ts";
import type { SimNode } from "./sim-node.ts";
import type { VirtualTime } from "./virtual-time.ts";
import { documentOf } from "./workload/document-of.ts";
import { flags } from "./workload/generate-workflow.ts";
import type { WorkflowModel } from "./workload/model.ts";
import type { WorldRecord } from "./world-record.ts";

export interface CallerWorld {
  readonly time: VirtualTime;
  readonly record: WorldRecord;
  readonly prng: Prng;
  /** A node whose engine takes calls now, or null. */
  node(): SimNode | null;
}

/** A caller that hears nothing for so long asks again. */
const patienceMs = 6_000;
const pauseMs = 700;
const triesMax = 60;

export class SimCallers {
  readonly #world: CallerWorld;
  #open = 0;
  #secrets = 0;
  readonly started: { readonly tenant: TenantId; readonly run: RunId }[] = [];

  constructor(world: CallerWorld) {
    this.#world = world;
  }

  /** How many are still waiting for something. */
  get open(): number {
    return this.#open;
  }

  async putWorkflow(tenant: TenantId, model: WorkflowModel): Promise<boolean> {
    const format = this.#world.prng.chance(0.5) ? "json" : "yaml";
    const put = { name: model.name, text: documentOf(model), format, dryRun: false } as const;
    const done = await this.#ask("put", (engine) => engine.putWorkflow(tenant, put));
    if (done === null) return false;
    this.#world.record.answers.push({ type: "put", tenant, workflow: model.name, version: model.version });
    return true;
  }

  async putSecret(tenant: TenantId, name: string, remove: boolean): Promise<void> {
    const { record } = this.#world;
    const value = remove ? null : `secret-${tenant}-${name}-${++this.#secrets}-ab"c`;
    const beganOrder = record.nextOrder();
    const write = { tenant, name, value, beganOrder, doneOrder: Number.MAX_SAFE_INTEGER };
    record.secretWrites.push(write);
    const done = await this.#ask("secret", async (engine) => {
      if (value !== null) return engine.putSecret(tenant, name, value);
      await engine.deleteSecret(tenant, name);
      return true;
    });
    if (done !== null)
      record.secretWrites[record.secretWrites.indexOf(write)] = { ...write, doneOrder: record.nextOrder() };
  }

  async start(tenant: TenantId, model: WorkflowModel, order: string): Promise<void> {
    const { record, prng, time } = this.#world;
    const key = prng.chance(0.5) ? `key-${order}` : null;
    const body = { order, n: prng.between(0, 9), [flags[0]]: prng.chance(0.6), [flags[1]]: prng.chance(0.6) };
    const trigger = { type: "http", method: "POST", headers: {}, query: {}, body, rawBody: null } as const;
    const request = { workflow: model.name, version: model.version, trigger, idempotencyKey: key };
    const repeats = key !== null && prng.chance(0.4) ? 2 : 1;
    for (let repeat = 0; repeat < repeats; repeat++) {
      // Without a key a caller that heard nothing must not ask again: it would start another run.
      const started = await this.#ask(
        "start",
        (engine) => engine.startRun(tenant, request),
        key === null ? 1 : triesMax,
      );
      if (started === null) continue;
      if (started.repeated) record.fault("start_repeated");
      record.answers.push({
        type: "started",
        tenant,
        run: started.run,
        order,
        key,
        at: time.now,
      });
      this.started.push({ tenant, run: started.run });
      if (prng.chance(0.2)) void this.#cancel(tenant, started.run);
      if (repeat === 0) await this.#waitForEnd(tenant, started.run);
    }
  }

  async #cancel(tenant: TenantId, run: RunId): Promise<void> {
    const { record, prng } = this.#world;
    await this.#sleep(prng.between(0, prng.chance(0.5) ? 200 : 2_000));
    const compensate = prng.chance(0.7);
    record.fault("cancel");
    const done = await this.#ask("cancel", (engine) => engine.cancelRun(tenant, run, compensate));
    if (done !== null) record.answers.push({ type: "cancelled", run, compensate });
  }

  async #waitForEnd(tenant: TenantId, run: RunId): Promise<void> {
    const { record } = this.#world;
    for (;;) {
      const view = await this.#ask("wait", (engine, now) =>
        engine.waitForEnd(tenant, run, now + patienceMs - 1_000),
      );
      if (view === null) return;
      if (!isTerminal(view.status)) continue;
      const { status, output, compensation } = view;
      record.answers.push({
        type: "end",
        tenant,
        run,
        status,
        output,
        compensation,
      });
      return;
    }
  }

  /** Null when it was refused for good, or nobody answered in time. */
  async #ask<Result>(
    what: string,
    ask: (engine: Engine, now: number) => Promise<Result>,
    tries = triesMax,
  ): Promise<Result | null> {
    const { record } = this.#world;
    this.#open++;
    record.operations++;
    try {
      for (let left = tries; left > 0; left--) {
        const node = this.#world.node();
        const answer = node?.engine == null ? "silence" : await this.#orSilence(ask(node.engine, node.now()));
        if (answer !== "silence" && answer.ok) return answer.result;
        if (answer !== "silence" && !answer.retryable) {
          // To be told that a run has ended already is an answer, too.
          if (answer.code !== "run_ended") record.operationsFailed++;
          record.answers.push({ type: "refused", what, code: answer.code });
          return null;
        }
        await this.#sleep(pauseMs);
      }
      record.operationsFailed++;
      return null;
    } finally {
      this.#open--;
    }
  }

  #orSilence<Result>(answer: Promise<Result>): Promise<Told<Result>> {
    return new Promise((resolve) => {
      this.#world.time.after(patienceMs, () => resolve("silence"));
      answer.then(
        (result) => resolve({ ok: true, result }),
        (error: unknown) => {
          if (!(error instanceof DispatchedError)) throw error;
          resolve({ ok: false, code: error.code, retryable: error.retryable });
        },
      );
    });
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.time.after(ms, resolve));
  }
}

type Told<Result> =
  | "silence"
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly code: string; readonly retryable: boolean };
