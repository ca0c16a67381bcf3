// The callers who hold runs up and go again: pause and resume, undo again what was not undone, rerun, act on many.

import type { RunView } from "../run/run-view.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimWorld } from "./sim-node.ts";
import type { WorkflowModel } from "./workload/model.ts";

/** A pause that was asked for may still be recorded so much later. */
const lateMs = 9_000;

export class SimGoingAgain {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;

  constructor(world: SimWorld, prng: Prng, asker: SimAsker) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
  }

  /** Pauses some runs for a while. */
  plan(tenant: TenantId, run: RunId, order: string): void {
    const prng = this.#prng;
    if (prng.chance(0.14))
      void this.#asker.later(prng.between(0, 2_000), () => this.#pause(tenant, run, order));
    if (prng.chance(0.04))
      void this.#asker.later(prng.between(0, 4_000), () => this.#cancelAll(tenant, run, order));
  }

  async #pause(tenant: TenantId, run: RunId, order: string): Promise<void> {
    const { record } = this.#world;
    this.#world.strike("pause");
    const paused = await this.#asker.ask("pause", (engine) => engine.pauseRun(tenant, run));
    if (paused.type === "answered")
      record.answers.push({ type: "paused", run, heardOrder: record.nextOrder() });
    await this.#asker.sleep(this.#prng.between(100, 4_000));
    const filter = { label: ["order", order] } as const;
    if (this.#prng.chance(0.3)) {
      await this.#asker.ask("resume", (engine) => engine.bulk(tenant, { action: "resume", filter }));
    } else {
      await this.#asker.ask("resume", (engine) => engine.resumeRun(tenant, run));
    }
    await this.#asker.sleep(lateMs);
    await this.#asker.ask("resume", (engine) => engine.resumeRun(tenant, run));
  }

  async #cancelAll(tenant: TenantId, run: RunId, order: string): Promise<void> {
    const { record } = this.#world;
    this.#world.strike("cancel");
    record.cancels.push({ run, order, beganOrder: record.nextOrder() });
    const filter = { label: ["order", order] } as const;
    const done = await this.#asker.get("cancel", (engine) =>
      engine.bulk(tenant, { action: "cancel", filter }),
    );
    const heardOrder = record.nextOrder();
    for (const { run: cancelled, code } of done?.results ?? []) {
      if (code === null)
        record.answers.push({ type: "cancelled", run: cancelled, compensate: true, heardOrder });
    }
  }

  /** A run has ended: null, or the run that goes again from it. */
  async ended(tenant: TenantId, run: RunId, model: WorkflowModel, view: RunView): Promise<RunId | null> {
    const prng = this.#prng;
    if (view.compensation === "partial" && prng.chance(0.7)) await this.#compensate(tenant, run);
    // Items that are carried over are judged nowhere yet.
    if (model.steps.some(({ strategy }) => strategy !== null)) return null;
    if (view.status === "completed" || !prng.chance(0.5)) return null;
    await this.#asker.sleep(prng.between(0, 1_500));
    return this.#rerun(tenant, run, model);
  }

  async #compensate(tenant: TenantId, run: RunId): Promise<void> {
    const { record } = this.#world;
    await this.#asker.sleep(this.#prng.between(0, 1_500));
    const asked = await this.#asker.ask("compensate", (engine) => engine.compensateRun(tenant, run));
    if (asked.type === "answered")
      record.answers.push({ type: "undone", run, heardOrder: record.nextOrder() });
  }

  /** Asked once: without an answer nobody knows whether there is a new run. */
  async #rerun(tenant: TenantId, run: RunId, model: WorkflowModel): Promise<RunId | null> {
    const prng = this.#prng;
    const { record } = this.#world;
    const ids = model.steps.map(({ id }) => id);
    const from = prng.chance(0.5) ? [] : prng.sample(ids, prng.between(1, 2));
    this.#world.strike("rerun");
    const beganOrder = record.nextOrder();
    const request = { from: prng.chance(0.05) ? ["nonsense"] : from, version: null };
    const asked = await this.#asker.ask("rerun", (engine) => engine.rerun(tenant, run, request), 1);
    const created = asked.type === "answered" ? asked.result.run : null;
    const code = asked.type === "refused" ? asked.code : null;
    record.reruns.push({
      of: run,
      from: request.from,
      created,
      code,
      beganOrder,
      heardOrder: record.nextOrder(),
    });
    return created;
  }
}
