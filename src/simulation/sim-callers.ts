// The callers of a world: they put workflows and secrets, start runs, wait, repeat, cancel, and note what they are told.

import type { Engine } from "../engine/engine.ts";
import type { StartedRun, StartRequest } from "../engine/engine-api.ts";
import type { RunView } from "../run/run-view.ts";
import { isTerminal } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { keyOf } from "./checkers/check-slots.ts";
import type { Prng } from "./prng.ts";
import { readWholeView } from "./read-whole-view.ts";
import { patienceMs, type SimAsker } from "./sim-asker.ts";
import type { ModelOf, SimGoingAgain } from "./sim-going-again.ts";
import type { SimWorld } from "./sim-node.ts";
import type { SimSignals } from "./sim-signals.ts";
import type { SimSyncCallers } from "./sim-sync-callers.ts";
import { cutInput } from "./workload/cut-text.ts";
import { documentOf } from "./workload/document-of.ts";
import { languageInput } from "./workload/generate-language.ts";
import type { SecretChange } from "./workload/generate-secret.ts";
import { flags } from "./workload/generate-workflow.ts";
import type { WorkflowModel } from "./workload/model.ts";

const foundMax = 100;

export interface CallerWorld {
  readonly world: SimWorld;
  readonly prng: Prng;
  readonly asker: SimAsker;
  readonly signals: SimSignals;
  readonly goingAgain: SimGoingAgain;
  readonly sync: SimSyncCallers;
  readonly model: ModelOf;
}

export class SimCallers {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;
  readonly #signals: SimSignals;
  readonly #goingAgain: SimGoingAgain;
  readonly #sync: SimSyncCallers;
  readonly #model: ModelOf;
  readonly #tended = new Set<RunId>();
  #secrets = 0;

  constructor({ world, prng, asker, signals, goingAgain, sync, model }: CallerWorld) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
    this.#signals = signals;
    this.#goingAgain = goingAgain;
    this.#sync = sync;
    this.#model = model;
  }

  async putWorkflow(tenant: TenantId, model: WorkflowModel): Promise<boolean> {
    const format = this.#prng.chance(0.9) ? "json" : "yaml";
    const put = {
      name: model.name,
      text: documentOf(model, this.#world.plan.retentionMs),
      format,
      dryRun: false,
    } as const;
    const { record } = this.#world;
    const beganOrder = record.nextOrder();
    const beganAt = Math.min(...this.#world.clocks());
    const done = await this.#asker.get(tenant, "put", (engine) => engine.putWorkflow(tenant, put));
    if (done === null) return false;
    const heardAt = Math.max(...this.#world.clocks());
    const { name: workflow, version } = model;
    record.answers.push({
      type: "put",
      tenant,
      workflow,
      version,
      beganOrder,
      heardOrder: record.nextOrder(),
      beganAt,
      heardAt,
      at: this.#world.time.now,
    });
    return true;
  }

  /** A stored version never changes: this is to be refused. */
  async putOtherContent(tenant: TenantId, model: WorkflowModel): Promise<void> {
    const text = documentOf({ ...model, timeoutMs: 123_456 }, this.#world.plan.retentionMs);
    const put = { name: model.name, text, format: "json", dryRun: false } as const;
    const done = await this.#asker.get(tenant, "put_conflict", (engine) => engine.putWorkflow(tenant, put));
    if (done !== null) this.#world.record.answers.push({ type: "taken", what: "put_conflict" });
  }

  /** Its value, or null. */
  async putSecret(tenant: TenantId, name: string, { remove, hosts }: SecretChange): Promise<string | null> {
    const { record } = this.#world;
    const value = remove ? null : `secret-${tenant}-${name}-${++this.#secrets}-ab"c`;
    const beganOrder = record.nextOrder();
    const write = {
      tenant,
      name,
      value,
      hosts,
      version: null,
      beganOrder,
      doneOrder: Number.MAX_SAFE_INTEGER,
    };
    record.secretWrites.push(write);
    const done = await this.#asker.get(tenant, "secret", async (engine) => {
      if (value !== null) return engine.putSecret(tenant, name, { value, allowedHosts: hosts });
      await engine.deleteSecret(tenant, name).catch(isGone);
      return { version: null };
    });
    if (done === null) return null;
    const { version } = done;
    record.secretWrites[record.secretWrites.indexOf(write)] = {
      ...write,
      version,
      doneOrder: record.nextOrder(),
    };
    return value;
  }

  async start(tenant: TenantId, model: WorkflowModel, order: string): Promise<void> {
    const { record } = this.#world;
    if (this.#world.hasEnough()) return;
    const prng = this.#prng;
    const key = prng.chance(0.5) ? `key-${order}` : null;
    const body = {
      order,
      n: prng.between(0, 9),
      [flags[0]]: prng.chance(0.6),
      [flags[1]]: prng.chance(0.6),
      ...languageInput(prng, this.#world.time.now),
      ...cutInput(order),
    };
    const request = requestOf(model, body, key);
    const repeats = key !== null && prng.chance(0.4) ? 2 : 1;
    for (let repeat = 0; repeat < repeats; repeat++) {
      // Without a key a caller that heard nothing must not ask again: it would start another run.
      const tries = key === null ? 1 : undefined;
      const started = await this.#startOnce(tenant, model, { body, request, tries });
      if (started === null) continue;
      const { run, repeated } = started;
      if (repeated) this.#world.strike("start_repeated", [`${tenant}/${run}`]);
      record.answers.push({ type: "started", tenant, run, order, key, heardOrder: record.nextOrder() });
      if (repeat === 0) {
        this.#signals.plan(tenant, run, model);
        this.#goingAgain.plan(tenant, run, order, body, model.name);
      }
      if (prng.chance(0.2)) void this.#cancel(tenant, run);
      if (prng.chance(0.3)) void this.#look(tenant, run);
      if (body.cut !== undefined && repeat === 0) void this.#find(tenant, body.cut);
      if (prng.chance(0.2)) void this.#sync.askAgain(tenant, run, model);
      if (key !== null && prng.chance(0.2))
        await this.#startAnother(tenant, run, requestOf(model, { ...body, n: 99 }, key));
      // Asked for again while it is under way, or when it is long over.
      const followed = repeat === 0 ? this.#follow(tenant, run, model) : null;
      if (repeats === 1 || prng.chance(0.4)) await followed;
    }
  }

  /** At times the caller stays on the line until it is answered. */
  async #startOnce(
    tenant: TenantId,
    model: WorkflowModel,
    { body, request, tries }: { body: JsonObject; request: StartRequest; tries: number | undefined },
  ): Promise<StartedRun | null> {
    const { time } = this.#world;
    const line = this.#sync.draw(model);
    const ask = async (engine: Engine, now: number) => {
      const aheadMs = now - time.now;
      const asked = engine.startRun(tenant, request);
      const started = await this.#noteLimit(tenant, model, body, asked);
      const { run } = started;
      const told =
        line === null ? null : await this.#sync.wait(engine, aheadMs, { tenant, run, model, line });
      return { started, told };
    };
    const heard = await this.#asker.get(tenant, "start", ask, tries);
    if (heard === null) return null;
    if (heard.told !== null) this.#sync.hear(heard.told);
    return heard.started;
  }

  async #noteLimit<Result>(
    tenant: TenantId,
    { name, concurrency }: WorkflowModel,
    body: JsonObject,
    started: Promise<Result>,
  ): Promise<Result> {
    const { record } = this.#world;
    const beganOrder = record.nextOrder();
    try {
      return await started;
    } catch (error) {
      if (concurrency !== null && error instanceof DispatchedError && error.code === "concurrency_limit") {
        const { limit, onLimit } = concurrency;
        const key = keyOf(tenant, name, concurrency, body);
        record.limited.push({ key, limit, onLimit, beganOrder, heardOrder: record.nextOrder() });
      }
      throw error;
    }
  }

  /** The same key with another body: this is to be refused. */
  async #startAnother(tenant: TenantId, run: RunId, request: StartRequest): Promise<void> {
    this.#world.strike("start_conflict", [`${tenant}/${run}`]);
    const done = await this.#asker.get(tenant, "start_conflict", (engine) =>
      engine.startRun(tenant, request),
    );
    if (done !== null) this.#world.record.answers.push({ type: "taken", what: "start_conflict" });
  }

  async #cancel(tenant: TenantId, run: RunId): Promise<void> {
    const { record } = this.#world;
    const prng = this.#prng;
    await this.#asker.sleep(prng.between(0, prng.chance(0.5) ? 200 : 2_000));
    const compensate = prng.chance(0.7);
    record.cancels.push({ run, order: null, beganOrder: record.nextOrder() });
    this.#world.strike("cancel", [`${tenant}/${run}`]);
    const done = await this.#asker.steer(tenant, "cancel", run, (engine) =>
      engine.cancelRun(tenant, run, compensate),
    );
    if (done.type !== "answered") return;
    record.answers.push({ type: "cancelled", run, compensate, heardOrder: record.nextOrder() });
    if (!prng.chance(0.6)) return;
    await this.#asker.sleep(prng.between(0, prng.chance(0.7) ? 40 : 500));
    this.#world.strike("cancel_again", [`${tenant}/${run}`]);
    const again = await this.#asker.steer(tenant, "cancel", run, (engine) =>
      engine.cancelRun(tenant, run, false),
    );
    if (again.type === "answered") {
      record.answers.push({ type: "cancelled", run, compensate: false, heardOrder: record.nextOrder() });
    }
  }

  /** Looks at the run at a few times, as a page does. */
  async #look(tenant: TenantId, run: RunId): Promise<void> {
    const { record } = this.#world;
    for (let looks = this.#prng.between(1, 3); looks > 0; looks--) {
      await this.#asker.sleep(this.#prng.between(0, 1_500));
      const view = await this.#asker.get(tenant, "look", async (engine) =>
        readWholeView(engine, tenant, await engine.getRun(tenant, run)),
      );
      if (view === null) continue;
      record.answers.push({ type: "view", run, view, heardOrder: record.nextOrder() });
      for (const { child } of view.steps) if (child !== null) void this.#tend(tenant, child as RunId);
      await this.#tendItems(tenant, this.#model(tenant, view.workflow, view.version));
    }
  }

  /** Finds runs by a label. */
  async #find(tenant: TenantId, cut: string): Promise<void> {
    const { record } = this.#world;
    const beganOrder = record.nextOrder();
    const page = await this.#asker.get(
      tenant,
      "list",
      (engine) => engine.listRuns(tenant, { label: ["cut", cut] }, null, foundMax),
      1,
    );
    if (page === null) return;
    const runs = page.rows.map(({ id, labels }) => ({ run: id, cut: labels["cut"] ?? null }));
    const whole = page.next === null;
    record.answers.push({
      type: "found",
      tenant,
      cut,
      runs,
      whole,
      beganOrder,
      heardOrder: record.nextOrder(),
    });
  }

  /** A view of a run does not name the children of items: those of their workflow are tended, whosoever they are. */
  async #tendItems(tenant: TenantId, model: WorkflowModel | undefined): Promise<void> {
    const names = model?.steps.flatMap(({ child, strategy }) => (strategy === null ? [] : (child ?? [])));
    for (const workflow of new Set(names)) {
      const page = await this.#asker.get(
        tenant,
        "list",
        (engine) => engine.listRuns(tenant, { workflow }, null, 50),
        1,
      );
      for (const { id } of page?.rows ?? []) void this.#tend(tenant, id);
    }
  }

  /** Runs that nobody asked for by name, because a schedule or an event started them: they are held up and cancelled, and go again. */
  async tendAll(tenant: TenantId, model: WorkflowModel): Promise<void> {
    const prng = this.#prng;
    const { name: workflow } = model;
    const page = await this.#asker.get(
      tenant,
      "list",
      (engine) => engine.listRuns(tenant, { workflow }, null, 10),
      1,
    );
    for (const { id, endedAt } of page?.rows ?? []) {
      if (endedAt === null) this.#holdUp(tenant, id, 0.3);
      // A rerun of what a schedule started is of no due time.
      if (model.cron === null && prng.chance(0.2)) void this.#follow(tenant, id, model);
    }
  }

  #holdUp(tenant: TenantId, run: RunId, chance: number): void {
    const drawn = this.#prng.fraction();
    if (drawn < chance) void this.#cancel(tenant, run);
    else if (drawn < 2 * chance) void this.#goingAgain.pause(tenant, run);
  }

  /** Answers what a child waits for, and cancels some. */
  async #tend(tenant: TenantId, run: RunId): Promise<void> {
    if (this.#tended.has(run)) return;
    this.#tended.add(run);
    const view = await this.#asker.get(tenant, "look", (engine) => engine.getRun(tenant, run), 1);
    const model = view === null ? undefined : this.#model(tenant, view.workflow, view.version);
    if (model === undefined) return;
    this.#signals.plan(tenant, run, model);
    if (this.#prng.chance(0.15)) void this.#cancel(tenant, run);
    if (this.#prng.chance(0.3)) void this.#look(tenant, run);
  }

  /** To its end, and to those of the runs that go again from it. */
  async #follow(tenant: TenantId, run: RunId, model: WorkflowModel): Promise<void> {
    for (let next: RunId | null = run; next !== null; ) {
      const view = await this.#waitForEnd(tenant, next);
      if (view === null) return;
      // A rerun may be of another version.
      const own = this.#model(tenant, view.workflow, view.version) ?? model;
      next = await this.#goingAgain.ended(tenant, next, own, view);
      if (next === null) return;
      this.#signals.plan(tenant, next, model);
      this.#holdUp(tenant, next, 0.2);
    }
  }

  async #waitForEnd(tenant: TenantId, run: RunId): Promise<RunView | null> {
    const { record } = this.#world;
    for (;;) {
      const view = await this.#asker.get(tenant, "wait", async (engine, now) =>
        readWholeView(engine, tenant, await engine.waitForEnd(tenant, run, now + patienceMs - 1_000)),
      );
      if (view === null) return null;
      if (!isTerminal(view.status)) {
        // A node that stops answers at once with what it knows.
        await this.#asker.sleep(20);
        continue;
      }
      const { status, output, compensation } = view;
      const heardOrder = record.nextOrder();
      record.answers.push({ type: "end", tenant, run, status, output, compensation, heardOrder });
      return view;
    }
  }
}

function requestOf(model: WorkflowModel, body: JsonObject, idempotencyKey: string | null): StartRequest {
  const trigger = { type: "http", method: "POST", headers: {}, query: {}, body, rawBody: null } as const;
  return { workflow: model.name, version: model.version, trigger, idempotencyKey };
}

/** A deletion that was silent may have been done: asked for again it finds nothing. */
function isGone(error: unknown): void {
  if (!(error instanceof DispatchedError && error.code === "secret_not_found")) throw error;
}
