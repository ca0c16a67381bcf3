// What the callers of a world do in its time: workflows, secrets, starts, repeats, cancels, looks at runs.

import type { TenantId } from "../value/id.ts";
import { modelKey } from "./history.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimCallers } from "./sim-callers.ts";
import type { SimWorld } from "./sim-node.ts";
import { generateConcurrency } from "./workload/generate-outside.ts";
import { flags, generateWorkflow, secretNames } from "./workload/generate-workflow.ts";
import type { WorkflowModel } from "./workload/model.ts";

const tenants = ["a", "b"].map((letter) => `ten_${letter.repeat(26)}`) as unknown as readonly TenantId[];

export class WorldWork {
  /** By `tenant/name@version`. */
  readonly models = new Map<string, WorkflowModel>();
  readonly #world: SimWorld;
  readonly #callers: SimCallers;
  readonly #asker: SimAsker;
  readonly #prng: Prng;
  readonly #spanMs: number;
  #unstarted = 0;

  constructor(
    world: SimWorld,
    { callers, asker, prng }: { readonly callers: SimCallers; readonly asker: SimAsker; readonly prng: Prng },
  ) {
    this.#world = world;
    this.#callers = callers;
    this.#asker = asker;
    this.#prng = prng;
    this.#spanMs = Math.floor(world.plan.endsAfterMs * 0.8);
  }

  /** Everything was started, and nobody waits for an answer. */
  get isOver(): boolean {
    return this.#unstarted === 0 && this.#asker.open === 0;
  }

  plan(): void {
    for (const tenant of tenants) {
      for (const name of secretNames) this.#planSecret(tenant, name);
      const versions = this.#prng.between(1, 2);
      const concurrency = generateConcurrency(this.#prng, flags);
      for (let version = 1; version <= versions; version++) {
        this.#planWorkflow(tenant, version, { concurrency });
      }
    }
  }

  #planSecret(tenant: TenantId, name: string): void {
    const prng = this.#prng;
    void this.#callers.putSecret(tenant, name, false);
    if (!prng.chance(0.3)) return;
    const remove = prng.chance(0.3);
    this.#later(prng.between(0, this.#spanMs), () => {
      if (remove) this.#world.strike("secret_missing");
      void this.#callers.putSecret(tenant, name, remove);
    });
  }

  #planWorkflow(tenant: TenantId, version: number, shared: Pick<WorkflowModel, "concurrency">): void {
    const prng = this.#prng;
    const letter = tenant.slice(-1);
    const model = { ...generateWorkflow(prng, `flow-${letter}`, version), ...shared };
    this.models.set(`${tenant}/${modelKey(model.name, version)}`, model);
    const orders = Array.from({ length: prng.between(4, 5) }, (_, index) => `${letter}${version}-${index}`);
    this.#later(version === 1 ? 0 : prng.between(0, Math.floor(this.#spanMs / 2)), () => {
      this.#unstarted++;
      void this.#callers.putWorkflow(tenant, model).then((put) => {
        this.#unstarted--;
        if (!put) return;
        for (const order of orders) {
          this.#later(prng.between(0, this.#spanMs), () => void this.#callers.start(tenant, model, order));
        }
        if (prng.chance(0.2)) void this.#callers.putOtherContent(tenant, model);
      });
    });
  }

  #later(ms: number, act: () => void): void {
    this.#unstarted++;
    this.#world.time.after(ms, () => {
      this.#unstarted--;
      act();
    });
  }
}
