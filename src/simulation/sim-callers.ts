// The callers of a world: they put workflows and secrets, start runs, wait, repeat, cancel, and note what they are told.

import type { Engine } from "../engine/engine.ts";
import type { StartRequest } from "../engine/engine-api.ts";
import { isTerminal } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Prng } from "./prng.ts";
import type { SimNode, SimWorld } from "./sim-node.ts";
import { documentOf } from "./workload/document-of.ts";
import { flags } from "./workload/generate-workflow.ts";
import type { WorkflowModel } from "./workload/model.ts";

export interface CallerWorld {
  readonly world: SimWorld;
  readonly prng: Prng;
  /** A node whose engine takes calls now, or null. */
  node(): SimNode | null;
}

/** A caller that hears nothing for so long asks again. */
const patienceMs = 6_000;
const pauseMs = 700;
const triesMax = 60;
/** Answers that are as they should be: the run has ended already, the request contradicts an earlier one. */
const expectedRefusals: ReadonlySet<string> = new Set([
  "run_ended",
  "idempotency_conflict",
  "version_conflict",
]);

export class SimCallers {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #node: () => SimNode | null;
  #open = 0;
  #secrets = 0;

  constructor({ world, prng, node }: CallerWorld) {
    this.#world = world;
    this.#prng = prng;
    this.#node = node;
  }

  /** How many are still waiting for something. */
  get open(): number {
    return this.#open;
  }

  async putWorkflow(tenant: TenantId, model: WorkflowModel): Promise<boolean> {
    const format = this.#prng.chance(0.9) ? "json" : "yaml";
    const put = { name: model.name, text: documentOf(model), format, dryRun: false } as const;
    const done = await this.#ask("put", (engine) => engine.putWorkflow(tenant, put));
    if (done === null) return false;
    this.#world.record.answers.push({ type: "put", tenant, workflow: model.name, version: model.version });
    return true;
  }

  /** A stored version never changes: this is to be refused. */
  async putOtherContent(tenant: TenantId, model: WorkflowModel): Promise<void> {
    const text = documentOf({ ...model, timeoutMs: 123_456 });
    const put = { name: model.name, text, format: "json", dryRun: false } as const;
    const done = await this.#ask("put_conflict", (engine) => engine.putWorkflow(tenant, put));
    if (done !== null) this.#world.record.answers.push({ type: "taken", what: "put_conflict" });
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
    const { record } = this.#world;
    const prng = this.#prng;
    const key = prng.chance(0.5) ? `key-${order}` : null;
    const body = { order, n: prng.between(0, 9), [flags[0]]: prng.chance(0.6), [flags[1]]: prng.chance(0.6) };
    const request = requestOf(model, body, key);
    const repeats = key !== null && prng.chance(0.4) ? 2 : 1;
    for (let repeat = 0; repeat < repeats; repeat++) {
      // Without a key a caller that heard nothing must not ask again: it would start another run.
      const tries = key === null ? 1 : triesMax;
      const started = await this.#ask("start", (engine) => engine.startRun(tenant, request), tries);
      if (started === null) continue;
      const { run, repeated } = started;
      if (repeated) this.#world.strike("start_repeated");
      record.answers.push({ type: "started", tenant, run, order, key, heardOrder: record.nextOrder() });
      if (prng.chance(0.2)) void this.#cancel(tenant, run);
      if (prng.chance(0.3)) void this.#look(tenant, run);
      if (key !== null && prng.chance(0.2))
        await this.#startAnother(tenant, requestOf(model, { ...body, n: 99 }, key));
      if (repeat === 0) await this.#waitForEnd(tenant, run);
    }
  }

  /** The same key with another body: this is to be refused. */
  async #startAnother(tenant: TenantId, request: StartRequest): Promise<void> {
    this.#world.strike("start_conflict");
    const done = await this.#ask("start_conflict", (engine) => engine.startRun(tenant, request));
    if (done !== null) this.#world.record.answers.push({ type: "taken", what: "start_conflict" });
  }

  async #cancel(tenant: TenantId, run: RunId): Promise<void> {
    const { record } = this.#world;
    const prng = this.#prng;
    await this.#sleep(prng.between(0, prng.chance(0.5) ? 200 : 2_000));
    const compensate = prng.chance(0.7);
    this.#world.strike("cancel");
    const done = await this.#ask("cancel", (engine) => engine.cancelRun(tenant, run, compensate));
    if (done === null) return;
    record.answers.push({ type: "cancelled", run, compensate, heardOrder: record.nextOrder() });
    if (!prng.chance(0.4)) return;
    await this.#sleep(prng.between(0, 500));
    this.#world.strike("cancel_again");
    const again = await this.#ask("cancel", (engine) => engine.cancelRun(tenant, run, false));
    if (again !== null) {
      record.answers.push({ type: "cancelled", run, compensate: false, heardOrder: record.nextOrder() });
    }
  }

  /** Looks at the run at a few times, as a page does. */
  async #look(tenant: TenantId, run: RunId): Promise<void> {
    const { record } = this.#world;
    for (let looks = this.#prng.between(1, 3); looks > 0; looks--) {
      await this.#sleep(this.#prng.between(0, 1_500));
      const view = await this.#ask("look", (engine) => engine.getRun(tenant, run));
      if (view !== null) record.answers.push({ type: "view", run, view, heardOrder: record.nextOrder() });
    }
  }

  async #waitForEnd(tenant: TenantId, run: RunId): Promise<void> {
    const { record } = this.#world;
    for (;;) {
      const view = await this.#ask("wait", (engine, now) =>
        engine.waitForEnd(tenant, run, now + patienceMs - 1_000),
      );
      if (view === null) return;
      if (!isTerminal(view.status)) {
        // A node that stops answers at once with what it knows.
        await this.#sleep(20);
        continue;
      }
      const { status, output, compensation } = view;
      const heardOrder = record.nextOrder();
      record.answers.push({ type: "end", tenant, run, status, output, compensation, heardOrder });
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
        const node = this.#node();
        const answer = node?.engine == null ? "silence" : await this.#orSilence(ask(node.engine, node.now()));
        if (answer !== "silence" && answer.ok) return answer.result;
        if (answer !== "silence" && !answer.retryable) {
          if (!expectedRefusals.has(answer.code)) record.operationsFailed++;
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

function requestOf(model: WorkflowModel, body: JsonObject, idempotencyKey: string | null): StartRequest {
  const trigger = { type: "http", method: "POST", headers: {}, query: {}, body, rawBody: null } as const;
  return { workflow: model.name, version: model.version, trigger, idempotencyKey };
}

type Told<Result> =
  | "silence"
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly code: string; readonly retryable: boolean };
