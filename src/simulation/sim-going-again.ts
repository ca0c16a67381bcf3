// The callers who hold runs up and go again: pause and resume, undo again what was not undone, rerun, act on many.

import type { BulkRequest } from "../engine/bulk-api.ts";
import type { RerunRequest } from "../engine/engine-api.ts";
import type { BulkRow, BulkRun } from "../ports/bulk-store.ts";
import type { RunView } from "../run/run-view.ts";
import type { BulkId, RunId, TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import type { BulkAsked } from "./bulks-seen.ts";
import type { RerunAsked } from "./history.ts";
import type { Prng } from "./prng.ts";
import type { Asked, SimAsker } from "./sim-asker.ts";
import type { SimWorld } from "./sim-node.ts";
import { languageInput } from "./workload/generate-language.ts";
import { isListStrategy } from "./workload/language-model.ts";
import type { WorkflowModel } from "./workload/model.ts";
import { sameKind } from "./workload/same-kind.ts";

/** A pause that was asked for may still be recorded so much later. */
const lateMs = 9_000;
/** A bulk action that has not ended after so many looks stands. */
const bulkLooksMax = 600;

/** No step has this id. */
const nonsense = "no\ud83dstep";

/** The workflow of this name and version. */
export type ModelOf = (tenant: TenantId, workflow: string, version: number) => WorkflowModel | undefined;

export class SimGoingAgain {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;
  readonly #model: ModelOf;
  readonly #inputs = new Map<RunId, JsonObject>();
  /** By run that goes again: from which. */
  readonly #of = new Map<RunId, RunId>();

  constructor(world: SimWorld, prng: Prng, asker: SimAsker, model: ModelOf) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
    this.#model = model;
  }

  /** Pauses some runs for a while. */
  plan(tenant: TenantId, run: RunId, order: string, input: JsonObject, workflow: string): void {
    this.#inputs.set(run, input);
    const prng = this.#prng;
    if (prng.chance(0.14))
      void this.#asker.later(prng.between(0, 2_000), () => this.#pause(tenant, run, order));
    if (prng.chance(0.04))
      void this.#asker.later(prng.between(0, 4_000), () => this.#cancelAll(tenant, run, order));
    if (prng.chance(0.25))
      void this.#asker.later(prng.between(1_000, 15_000), () => this.#rerunAll(tenant, order, workflow));
    if (prng.chance(0.05))
      void this.#asker.later(prng.between(4_000, 18_000), () => this.#abortAll(tenant, workflow));
  }

  async #pause(tenant: TenantId, run: RunId, order: string): Promise<void> {
    await this.#holdUp(tenant, run);
    if (this.#prng.chance(0.45)) {
      const filter = { label: ["order", order] } as const;
      const which = this.#prng.chance(0.6) ? { filter } : { runs: this.#someRuns(run) };
      await this.#bulk(tenant, { action: "resume", ...which });
    } else {
      await this.#asker.steer(null, "resume", run, (engine) => engine.resumeRun(tenant, run));
    }
    await this.#resumeAtLast(tenant, run);
  }

  /** For a while. */
  async pause(tenant: TenantId, run: RunId): Promise<void> {
    await this.#asker.sleep(this.#prng.between(0, 300));
    await this.#holdUp(tenant, run);
    await this.#resumeAtLast(tenant, run);
  }

  async #holdUp(tenant: TenantId, run: RunId): Promise<void> {
    const { record } = this.#world;
    this.#world.strike("pause", [`${tenant}/${run}`]);
    if (this.#prng.chance(0.25)) await this.#bulk(tenant, { action: "pause", runs: [run] });
    else {
      const paused = await this.#asker.steer(null, "pause", run, (engine) => engine.pauseRun(tenant, run));
      if (paused.type === "answered")
        record.answers.push({ type: "paused", run, heardOrder: record.nextOrder() });
    }
    await this.#asker.sleep(this.#prng.between(100, 4_000));
  }

  async #resumeAtLast(tenant: TenantId, run: RunId): Promise<void> {
    await this.#asker.sleep(lateMs);
    await this.#asker.steer(null, "resume", run, (engine) => engine.resumeRun(tenant, run));
  }

  async #cancelAll(tenant: TenantId, run: RunId, order: string): Promise<void> {
    const { record } = this.#world;
    this.#world.strike("cancel", [`${tenant}/${run}`]);
    record.cancels.push({ run, order, beganOrder: record.nextOrder() });
    const filter = { label: ["order", order] } as const;
    const which = this.#prng.chance(0.3) ? { runs: [run] } : { filter };
    const done = await this.#bulk(tenant, { action: "cancel", ...which });
    const heardOrder = record.nextOrder();
    for (const { run: cancelled, code, done: isDone } of done) {
      if (isDone && code === null)
        record.answers.push({ type: "cancelled", run: cancelled, compensate: true, heardOrder });
    }
  }

  /** Begins a bulk action, and looks at it until it has ended: what became of its runs. */
  async #bulk(tenant: TenantId, request: BulkRequest): Promise<readonly BulkRun[]> {
    const { record } = this.#world;
    const { action } = request;
    const beganOrder = record.nextOrder();
    const begun = await this.#begin(tenant, request);
    if (begun.type === "refused") return [];
    const when = { beganOrder, begunOrder: record.nextOrder() };
    const asked = { tenant, action, ...setOf(request), ...when, ended: null, results: [], total: 0 };
    if (begun.type === "silent") {
      record.bulks.push({ ...asked, id: null });
      return [];
    }
    const { id, total } = begun.result;
    const ended = await this.#bulkEnded(tenant, id);
    const results = await this.#resultsOf(tenant, id, total);
    if (action === "rerun") this.#wentAgain(tenant, results);
    record.bulks.push({ ...asked, id, ended, results, total, toldOrder: record.nextOrder() });
    return results;
  }

  #wentAgain(tenant: TenantId, results: readonly BulkRun[]): void {
    const again = results.filter(({ created }) => created !== null).map(({ run }) => `${tenant}/${run}`);
    if (again.length > 0) this.#world.strike("rerun", again);
  }

  /** With a key it is asked for until somebody answers; without one a second one would be begun. */
  async #begin(tenant: TenantId, request: BulkRequest): Promise<Asked<BulkRow>> {
    const key = this.#prng.chance(0.6) ? `bulk-${this.#prng.between(0, 1_000_000_000)}` : null;
    const begin = () =>
      this.#asker.ask(
        tenant,
        "bulk",
        (engine) => engine.bulks.begin(tenant, request, key),
        key === null ? 1 : undefined,
      );
    const begun = await begin();
    if (key === null || begun.type !== "answered" || !this.#prng.chance(0.3)) return begun;
    const again = await begin();
    if (again.type === "answered")
      this.#world.record.bulksAgain.push({ first: begun.result.id, again: again.result.id });
    return begun;
  }

  /** Null when whoever looks does not come back. */
  async #bulkEnded(tenant: TenantId, id: BulkId): Promise<boolean | null> {
    for (let looks = 0; looks < bulkLooksMax; looks++) {
      const row = await this.#asker.get(tenant, "bulk", (engine) => engine.bulks.show(tenant, id));
      if (row === null) return null;
      if (row.state !== "running") return true;
      await this.#asker.sleep(this.#prng.between(100, 1_000));
    }
    return false;
  }

  /** All that failed of a workflow, or of an order, go again. */
  async #rerunAll(tenant: TenantId, order: string, workflow: string): Promise<void> {
    if (this.#world.hasEnough()) return;
    const which = this.#prng.chance(0.5) ? { workflow } : ({ label: ["order", order] } as const);
    const filter = { ...which, statuses: ["failed", "cancelled"] } as const;
    const runs = this.#someRuns();
    await this.#bulk(tenant, {
      action: "rerun",
      ...(runs.length > 0 && this.#prng.chance(0.3) ? { runs } : { filter }),
    });
  }

  /** Of whatever tenant: those of others are refused. One may be named twice. */
  #someRuns(...first: readonly RunId[]): readonly RunId[] {
    const known = [...this.#inputs.keys()];
    return [...first, ...this.#prng.sample(known, Math.min(known.length, this.#prng.between(0, 3)))];
  }

  /** All that ended of a workflow go again, until somebody thinks better of it. */
  async #abortAll(tenant: TenantId, workflow: string): Promise<void> {
    if (this.#world.hasEnough()) return;
    const { record } = this.#world;
    const filter = { workflow, statuses: ["failed", "cancelled", "completed"] } as const;
    const request = { action: "rerun", filter } as const;
    const beganOrder = record.nextOrder();
    const begun = await this.#begin(tenant, request);
    const when = { beganOrder, begunOrder: record.nextOrder() };
    const asked = { tenant, action: "rerun", ...setOf(request), ...when, ended: null, results: [], total: 0 };
    if (begun.type === "silent") record.bulks.push({ ...asked, id: null });
    if (begun.type !== "answered") return;
    const { id, total } = begun.result;
    await this.#asker.sleep(this.#prng.between(0, 300));
    const before = await this.#resultsOf(tenant, id, total);
    const aborted = await this.#asker.get(tenant, "bulk_abort", (engine) => engine.bulks.abort(tenant, id));
    const heardOrder = record.nextOrder();
    await this.#asker.sleep(lateMs);
    const results = await this.#resultsOf(tenant, id, total);
    this.#wentAgain(tenant, results);
    const isOver = aborted !== null && results.length === total;
    record.bulks.push(
      isOver ? { ...asked, id, results, total, aborted: { heardOrder, before } } : { ...asked, id },
    );
  }

  async #resultsOf(tenant: TenantId, id: BulkId, total: number): Promise<readonly BulkRun[]> {
    const all = await this.#asker.get(tenant, "bulk", (engine) =>
      engine.bulks.results(tenant, id, false, null, Math.max(1, total)),
    );
    return all?.rows ?? [];
  }

  /** A run has ended: null, or the run that goes again from it, or once more from the one before. */
  async ended(tenant: TenantId, run: RunId, model: WorkflowModel, view: RunView): Promise<RunId | null> {
    const prng = this.#prng;
    if (view.compensation === "partial" && prng.chance(0.7)) await this.#compensate(tenant, run);
    if (this.#world.hasEnough() || !prng.chance(view.status === "completed" ? 0.25 : 0.5)) return null;
    await this.#asker.sleep(prng.between(0, prng.chance(0.7) ? 100 : 1_500));
    const of = prng.chance(0.3) ? (this.#of.get(run) ?? run) : run;
    const from = prng.chance(view.status === "completed" ? 0.1 : 0.45) ? [] : this.#choose(model, view);
    // With another version or input, items can hardly be chosen.
    const plain = from.some((name) => name.endsWith("]")) && prng.chance(0.85);
    const version = plain ? null : this.#drawVersion(tenant, model);
    const body = plain ? null : this.#drawBody(of);
    const created = await this.#rerunNaming(tenant, of, model, { from, version, body });
    if (created !== null) {
      this.#of.set(created, of);
      // While the rerun goes on, or when it has ended.
      if (view.compensation === "partial")
        void this.#asker.later(prng.between(0, 6_000), () => this.#compensate(tenant, of));
    }
    return created;
  }

  /** One or two steps, or items of a strategy. */
  #choose(model: WorkflowModel, { steps }: RunView): readonly string[] {
    const prng = this.#prng;
    const chosen = prng.sample(steps, prng.between(1, 2)).map(({ id }) => id);
    const any = prng.chance(0.1);
    const alone = model.steps.filter(({ strategy }) => any || isListStrategy(strategy)).map(({ id }) => id);
    const listed = steps.filter(({ id, items }) => items !== null && items.count > 0 && alone.includes(id));
    if (listed.length === 0 || !prng.chance(0.75)) return chosen;
    const { id, items } = prng.pick(listed);
    const count = items?.count ?? 0;
    const names = Array.from({ length: prng.between(1, 2) }, () => `${id}[${prng.between(0, count - 1)}]`);
    // One that is not there is refused.
    if (prng.chance(0.05)) names.push(`${id}[${count}]`);
    return prng.chance(0.85) ? names : [...chosen, ...names];
  }

  /** The other version, where the second is a variant of the first. */
  #drawVersion(tenant: TenantId, { name, version }: WorkflowModel): number | null {
    const varies = this.#model(tenant, name, 2)?.varies === true;
    return varies && this.#prng.chance(0.6) ? 3 - version : null;
  }

  /** Another input for the same order. */
  #drawBody(run: RunId): JsonObject | null {
    const prng = this.#prng;
    const input = this.#inputs.get(run);
    if (input === undefined || !prng.chance(0.25)) return null;
    const edited = { ...input, n: prng.between(0, 9) };
    return prng.chance(0.5) ? edited : { ...edited, ...languageInput(prng, this.#world.time.now) };
  }

  async #compensate(tenant: TenantId, run: RunId): Promise<void> {
    const { record } = this.#world;
    await this.#asker.sleep(this.#prng.between(0, 1_500));
    const asked = await this.#asker.steer(tenant, "compensate", run, (engine) =>
      engine.compensateRun(tenant, run),
    );
    if (asked.type === "answered")
      record.answers.push({ type: "undone", run, heardOrder: record.nextOrder() });
  }

  /** What is refused because steps have become other things is asked for once more, with these named. */
  async #rerunNaming(
    tenant: TenantId,
    run: RunId,
    { name, version: old, steps }: WorkflowModel,
    asked: Pick<RerunAsked, "from" | "version" | "body">,
  ): Promise<RunId | null> {
    const created = await this.#rerun(tenant, run, asked);
    if (created !== null || this.#world.record.reruns.at(-1)?.code !== "rerun_kind_changed") return created;
    const after = this.#model(tenant, name, asked.version ?? old)?.steps ?? [];
    const turned = steps.filter((was) => after.some((is) => is.id === was.id && !sameKind(was, is)));
    const named = turned.map(({ id }) => id);
    return this.#rerun(tenant, run, { ...asked, from: [...new Set([...asked.from, ...named])] });
  }

  /** Asked once: without an answer nobody knows whether there is a new run. */
  async #rerun(
    tenant: TenantId,
    run: RunId,
    { from, version, body }: Pick<RerunAsked, "from" | "version" | "body">,
  ): Promise<RunId | null> {
    const { record } = this.#world;
    this.#world.strike("rerun", [`${tenant}/${run}`]);
    const beganOrder = record.nextOrder();
    const request = {
      from: this.#prng.chance(0.05) ? [nonsense] : from,
      version,
      ...(body === null ? {} : { body }),
      idempotencyKey: this.#prng.chance(0.4) ? `rerun-${beganOrder}` : null,
    };
    const asked = await this.#asker.ask(tenant, "rerun", (engine) => engine.rerun(tenant, run, request), 1);
    const created = asked.type === "answered" ? asked.result.run : null;
    const code = asked.type === "refused" ? asked.code : null;
    const heardOrder = record.nextOrder();
    record.reruns.push({ of: run, from: request.from, version, body, created, code, beganOrder, heardOrder });
    if (created !== null && request.idempotencyKey !== null)
      await this.#repeat(tenant, run, request, created);
    const input = body ?? this.#inputs.get(run);
    if (created !== null && input !== undefined) this.#inputs.set(created, input);
    return created;
  }

  /** Under one key the same rerun is the same run, and another is refused; unless it is forgotten with that. */
  async #repeat(tenant: TenantId, run: RunId, request: RerunRequest, created: RunId): Promise<void> {
    const { record, plan } = this.#world;
    if (plan.retentionMs !== null || !this.#prng.chance(0.7)) return;
    const conflict = this.#prng.chance(0.4);
    const what = conflict ? "rerun_conflict" : "rerun_repeated";
    const again = conflict ? { ...request, body: { order: "another" } } : request;
    const asked = await this.#asker.ask(tenant, what, (engine) => engine.rerun(tenant, run, again));
    const isSame = asked.type === "answered" && asked.result.run === created && !conflict;
    if (asked.type === "answered" && !isSame) record.answers.push({ type: "taken", what });
  }
}

function setOf(request: BulkRequest): Pick<BulkAsked, "named" | "filter"> {
  if ("runs" in request) return { named: [...new Set(request.runs)], filter: null };
  const { workflow = null, label, statuses = null } = request.filter;
  return { named: null, filter: { workflow, order: label?.[1] ?? null, statuses } };
}
