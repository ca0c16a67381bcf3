// What the callers of a world do in its time: workflows, secrets, starts, repeats, cancels, looks at runs.

import type { TenantId } from "../value/id.ts";
import { modelKey } from "./history.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimCallers } from "./sim-callers.ts";
import type { SimEvents } from "./sim-events.ts";
import type { SimGrants } from "./sim-grants.ts";
import type { SimHooks } from "./sim-hooks.ts";
import type { SimHosts } from "./sim-hosts.ts";
import { SimLinks } from "./sim-links.ts";
import type { SimWorld } from "./sim-node.ts";
import type { SimSenders } from "./sim-senders.ts";
import { simTenants } from "./sim-tenants.ts";
import { generateChain } from "./workload/generate-chain.ts";
import { generateConcurrency, generateEventTrigger } from "./workload/generate-outside.ts";
import { generateSecret, type SecretChange } from "./workload/generate-secret.ts";
import { generateTick } from "./workload/generate-tick.ts";
import { generateVariant } from "./workload/generate-variant.ts";
import { flags, generateWorkflow, secretNames } from "./workload/generate-workflow.ts";
import type { WorkflowModel } from "./workload/model.ts";
import { hookSecret } from "./workload/outside-model.ts";

interface Workers {
  readonly callers: SimCallers;
  readonly events: SimEvents;
  readonly senders: SimSenders;
  readonly hooks: SimHooks;
  readonly grants: SimGrants;
  readonly hosts: SimHosts;
  readonly asker: SimAsker;
  readonly prng: Prng;
}

interface Scheduled {
  readonly tenant: TenantId;
  readonly model: WorkflowModel;
}

export class WorldWork {
  /** By `tenant/name@version`. */
  readonly models = new Map<string, WorkflowModel>();
  /** Workflows with a schedule that is in force: what strikes meets them. */
  readonly scheduled: Scheduled[] = [];
  readonly #world: SimWorld;
  readonly #callers: SimCallers;
  readonly #events: SimEvents;
  readonly #senders: SimSenders;
  readonly #hooks: SimHooks;
  readonly #grants: SimGrants;
  readonly #hosts: SimHosts;
  readonly #asker: SimAsker;
  readonly #prng: Prng;
  readonly #spanMs: number;
  readonly #beganAt: number;
  readonly #kin = new Map<TenantId, readonly string[]>();
  #unstarted = 0;

  constructor(world: SimWorld, { callers, events, senders, hooks, grants, hosts, asker, prng }: Workers) {
    this.#world = world;
    this.#callers = callers;
    this.#events = events;
    this.#senders = senders;
    this.#hooks = hooks;
    this.#grants = grants;
    this.#hosts = hosts;
    this.#asker = asker;
    this.#prng = prng;
    this.#beganAt = world.time.now;
    this.#spanMs = Math.floor(world.plan.endsAfterMs * 0.8);
  }

  /** Everything was started, and nobody waits for an answer. */
  get isOver(): boolean {
    return this.#unstarted === 0 && this.#asker.open === 0;
  }

  plan(): void {
    for (const tenant of simTenants) {
      for (const name of secretNames) this.#planSecret(tenant, name);
      this.#planKin(tenant);
      if (this.#prng.chance(this.#tickChance())) this.#planTick(tenant);
      if (this.#prng.chance(0.3)) this.#planGone(tenant);
      if (this.#prng.chance(0.2)) this.#planSeen(tenant);
      void this.#asker.later(0, () => this.#hosts.play(tenant, this.#spanMs));
      const versions = this.#prng.between(1, 2);
      const concurrency = generateConcurrency(this.#prng, flags);
      const event = generateEventTrigger(this.#prng);
      const mode = this.#drawMode(tenant);
      const verify = this.#prng.chance(0.5);
      if (event !== null) this.#planEvents(tenant, event.event);
      const first = this.#drawWorkflow(tenant, 1);
      for (let version = 1; version <= versions; version++) {
        const varies = version > 1 && this.#prng.chance(0.8);
        const drawn = varies
          ? generateVariant(this.#prng, first, version)
          : this.#drawWorkflow(tenant, version);
        this.#planWorkflow(tenant, version === 1 ? first : drawn, {
          concurrency,
          event,
          mode,
          verify,
          varies,
        });
      }
    }
    new SimLinks(this.#world, this.#prng.fork(), this.#asker).plan();
  }

  /** Rather where schedules are missed, or clocks are changed. */
  #tickChance(): number {
    const { outageMs, clocksChange } = this.#world.plan;
    return outageMs > 0 || clocksChange ? 0.7 : 0.2;
  }

  /** What is attended needs callers that come back. */
  #drawMode(tenant: TenantId): WorkflowModel["mode"] {
    return this.#prng.chance(0.3) && !this.#world.sessions.leaves(tenant) ? "attended" : "active-run";
  }

  #planSecret(tenant: TenantId, name: string): void {
    const [first, ...changes] = generateSecret(this.#prng, this.#spanMs);
    if (first !== undefined) this.#changeSecret(tenant, name, first);
    for (const change of changes) {
      this.#later(change.afterMs, () => {
        this.#world.strike(change.remove ? "secret_missing" : "secret_replaced", tenant);
        this.#changeSecret(tenant, name, change);
      });
    }
  }

  #changeSecret(tenant: TenantId, name: string, change: SecretChange): void {
    if (change.hosts != null) this.#world.strike("secret_bound", tenant);
    void this.#callers.putSecret(tenant, name, change);
  }

  /** A schedule, at times another, until a version without one is put. */
  #planTick(tenant: TenantId): void {
    const prng = this.#prng;
    const mode = this.#drawMode(tenant);
    const drawn = generateTick(prng, `tick-${tenant.slice(-1)}`, this.#world.plan.startsAt);
    const [first, ...others] = drawn.map((tick) => ({ ...tick, mode }));
    if (first === undefined) return;
    for (const model of [first, ...others])
      this.models.set(`${tenant}/${modelKey(model.name, model.version)}`, model);
    this.#unstarted++;
    const sleepMs = Math.floor(this.#spanMs / others.length);
    void this.#putTicks(tenant, [first, ...others], sleepMs).then(() => this.#unstarted--);
  }

  async #putTicks(tenant: TenantId, models: readonly WorkflowModel[], sleepMs: number): Promise<void> {
    let before: Scheduled | null = null;
    for (const model of models) {
      if (model.version > 1) await this.#asker.sleep(sleepMs);
      const put = await this.#callers.putWorkflow(tenant, model);
      if (put && model.version === 1) {
        this.#planGrants(tenant, model);
        this.#later(this.#prng.between(500, this.#spanMs), () => void this.#callers.tendAll(tenant, model));
      }
      if (before !== null) this.scheduled.splice(this.scheduled.indexOf(before), 1);
      before = put && model.cron !== null ? { tenant, model } : null;
      if (before !== null) this.scheduled.push(before);
    }
  }

  #planEvents(tenant: TenantId, type: string): void {
    for (let count = this.#prng.between(1, 3); count > 0; count--) {
      this.#later(this.#drawSend(tenant), () => void this.#events.start(tenant, type));
    }
  }

  /** Workflows whose runs are started by those of others: one may start the other, and one only itself. */
  #planKin(tenant: TenantId): void {
    const prng = this.#prng;
    const letter = tenant.slice(-1);
    const deep = prng.chance(0.04);
    const names = prng.sample([`kin-${letter}`, `leaf-${letter}`], prng.pick([0, 1, 2, 2]));
    const models = names.map((name) => {
      const kin = name === `kin-${letter}` && names.includes(`leaf-${letter}`) ? [`leaf-${letter}`] : [];
      return generateWorkflow(prng, name, 1, kin, 3);
    });
    if (deep) models.push(generateChain(prng, `chain-${letter}`));
    this.#kin.set(
      tenant,
      models.map(({ name }) => name),
    );
    for (const first of models) {
      // The mode of a child says nothing: it is that of the run at the top.
      const model = { ...first, mode: prng.pick(["active-run", "active-run", "attended"] as const) };
      this.models.set(`${tenant}/${modelKey(model.name, 1)}`, model);
      this.#later(0, () => void this.#callers.putWorkflow(tenant, model));
      if (!deep && prng.chance(0.3)) this.#planNext(tenant, model);
    }
  }

  /** A workflow that is deleted while it is started. */
  #planGone(tenant: TenantId): void {
    const prng = this.#prng;
    const letter = tenant.slice(-1);
    const model = { ...generateWorkflow(prng, `gone-${letter}`, 1, [], 3), mode: this.#drawMode(tenant) };
    this.models.set(`${tenant}/${modelKey(model.name, 1)}`, model);
    this.#unstarted++;
    void this.#callers.putWorkflow(tenant, model).then((put) => {
      this.#unstarted--;
      if (!put) return;
      for (let count = prng.between(4, 8); count > 0; count--) {
        const order = `${letter}-gone-${count}`;
        this.#later(prng.between(0, this.#spanMs), () => void this.#callers.start(tenant, model, order));
      }
      const goesAfter = prng.between(0, this.#spanMs);
      this.#later(goesAfter, () => void this.#hosts.deleteWorkflow(tenant, model.name));
    });
  }

  /** A workflow of which one version is deleted while the next is put; nothing starts by it. */
  #planSeen(tenant: TenantId): void {
    const prng = this.#prng;
    const name = `seen-${tenant.slice(-1)}`;
    const versions = [1, 2].map((version) => generateWorkflow(prng, name, version, [], 1));
    for (const model of versions) this.models.set(`${tenant}/${modelKey(name, model.version)}`, model);
    const [first, next] = versions as [WorkflowModel, WorkflowModel];
    const pauseMs = prng.between(0, 40);
    void this.#asker.later(prng.between(0, this.#spanMs), async () => {
      if (!(await this.#callers.putWorkflow(tenant, first))) return;
      await this.#hosts.deleteSeen(tenant, name, async () => {
        await this.#asker.sleep(pauseMs);
        return this.#callers.putWorkflow(tenant, next);
      });
    });
  }

  #drawWorkflow(tenant: TenantId, version: number): WorkflowModel {
    return generateWorkflow(this.#prng, `flow-${tenant.slice(-1)}`, version, this.#kin.get(tenant));
  }

  /** A higher version of what runs may start, while they go on. */
  #planNext(tenant: TenantId, first: WorkflowModel): void {
    const kin = first.steps.flatMap(({ child }) => (child === null ? [] : [child]));
    const next = { ...generateWorkflow(this.#prng, first.name, 2, kin, 3), mode: first.mode };
    this.models.set(`${tenant}/${modelKey(next.name, 2)}`, next);
    this.#later(this.#prng.between(500, this.#spanMs), () => void this.#callers.putWorkflow(tenant, next));
  }

  #planWorkflow(
    tenant: TenantId,
    drawn: WorkflowModel,
    shared: Pick<WorkflowModel, "concurrency" | "event" | "mode" | "verify" | "varies">,
  ): void {
    const prng = this.#prng;
    const letter = tenant.slice(-1);
    const { version } = drawn;
    const model = { ...drawn, ...shared };
    this.models.set(`${tenant}/${modelKey(model.name, version)}`, model);
    const orders = Array.from({ length: prng.between(4, 5) }, (_, index) => `${letter}${version}-${index}`);
    this.#later(version === 1 ? 0 : prng.between(0, Math.floor(this.#spanMs / 2)), () => {
      this.#unstarted++;
      void this.#callers.putWorkflow(tenant, model).then((put) => {
        this.#unstarted--;
        if (!put) return;
        if (version === 1) this.#planDoors(tenant, model);
        for (const order of orders) {
          this.#later(this.#drawStart(tenant), () => {
            this.#events.planFor(tenant, model, order);
            void this.#callers.start(tenant, model, order);
          });
        }
        for (let count = prng.pick([0, 0, 4, 6]); count > 0; count--) {
          const order = `${letter}${version}-sent-${count}`;
          this.#later(this.#drawSend(tenant), () => void this.#senders.start(tenant, model, order));
        }
        if (shared.event !== null) {
          this.#later(prng.between(500, this.#spanMs), () => void this.#callers.tendAll(tenant, model));
        }
        if (prng.chance(0.2)) void this.#callers.putOtherContent(tenant, model);
      });
    });
  }

  /** Hooks and grants of a workflow, of which the first version is there. */
  #planDoors(tenant: TenantId, model: WorkflowModel): void {
    this.#planGrants(tenant, model);
    if (this.#prng.chance(0.6)) void this.#planHook(tenant, model);
  }

  #planGrants(tenant: TenantId, model: WorkflowModel): void {
    if (model.mode === "attended") return;
    const prng = this.#prng;
    const make = () => void this.#grants.make(tenant, model, this.#spanMs);
    const goesAt = this.#world.sessions.goesAt(tenant);
    // Who goes away makes them before.
    for (let count = prng.pick([0, 1, 1, 2]); count > 0; count--) {
      this.#later(prng.between(0, Math.min(goesAt ?? this.#spanMs, this.#spanMs)), make);
    }
  }

  async #planHook(tenant: TenantId, model: WorkflowModel): Promise<void> {
    const prng = this.#prng;
    this.#unstarted++;
    const change = { afterMs: 0, remove: false, hosts: null };
    const secret = model.verify ? await this.#callers.putSecret(tenant, hookSecret, change) : null;
    const isReady = !model.verify || secret !== null;
    const hook = isReady ? await this.#hooks.make(tenant, model, secret) : null;
    this.#unstarted--;
    if (hook === null) return;
    for (let count = prng.between(3, 6); count > 0; count--) {
      const order = `${tenant.slice(-1)}-hooked-${count}`;
      this.#later(this.#drawSend(tenant), () => void this.#hooks.send(hook, order));
    }
    if (prng.chance(0.3)) {
      this.#later(prng.between(0, this.#spanMs), () => void this.#hooks.revoke(tenant, hook));
    }
  }

  /** Who goes away starts most of its runs shortly before. */
  #drawStart(tenant: TenantId): number {
    const prng = this.#prng;
    const goesAt = this.#world.sessions.goesAt(tenant);
    if (goesAt === null || prng.chance(0.3)) return prng.between(0, this.#spanMs);
    return Math.max(0, goesAt - (this.#world.time.now - this.#beganAt) - prng.between(0, 2_500));
  }

  /** Who has no session sends also while nobody has one. */
  #drawSend(tenant: TenantId): number {
    const prng = this.#prng;
    const goesAt = this.#world.sessions.goesAt(tenant);
    if (goesAt === null || prng.chance(0.3)) return prng.between(0, this.#spanMs);
    return Math.max(0, goesAt - (this.#world.time.now - this.#beganAt) + prng.between(0, 2_500));
  }

  #later(ms: number, act: () => void): void {
    this.#unstarted++;
    this.#world.time.after(ms, () => {
      this.#unstarted--;
      act();
    });
  }
}
