// The callers who steer what a tenant calls and runs: they put, change and remove rules for hosts, and delete workflows.

import { writeBounds } from "../engine/host-bounds.ts";
import type { TenantId } from "../value/id.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimNode, SimWorld } from "./sim-node.ts";
import type { SaidOfHost } from "./steered-seen.ts";
export class SimHosts {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;
  readonly #nodes: () => readonly SimNode[];
  #rules = 0;

  constructor(world: SimWorld, prng: Prng, asker: SimAsker, nodes: () => readonly SimNode[]) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
    this.#nodes = nodes;
  }

  /** Some rules of one tenant for one host, one after the other; none of some. */
  async play(tenant: TenantId, spanMs: number): Promise<void> {
    const prng = this.#prng;
    if (!prng.chance(0.4)) return;
    const host = prng.pick(["services.example", "*.example", "services.example:443"]);
    const count = prng.between(1, 4);
    for (let change = 0; change < count; change++) {
      await this.#asker.sleep(prng.between(0, Math.floor(spanMs / count)));
      await this.#write(tenant, host, change > 0 && prng.chance(0.25) ? null : this.#draw(tenant));
    }
    // What a breaker or a slow rate holds back at the end is not to be waited for: this is asked until it is answered.
    await this.#write(tenant, host, null, true);
  }

  /** No two are alike: each is a change. */
  #draw(tenant: TenantId): SaidOfHost {
    const prng = this.#prng;
    const unlike = ++this.#rules;
    const rate = prng.chance(0.6)
      ? { calls: prng.between(1, 8), perMs: prng.pick([100, 400, 1_000]) + unlike }
      : null;
    const breaker = prng.chance(0.4)
      ? { failures: prng.between(1, 4), openMs: prng.pick([100, 500, 2_000]) + unlike }
      : null;
    const workflows = this.#drawWorkflows(tenant);
    if (rate !== null || breaker !== null)
      return { rate, breaker, concurrency: prng.pick([null, 1, 2, 4]), workflows };
    return { rate, breaker, concurrency: unlike, workflows };
  }

  /** Some of the names that there are, and beginnings of them. */
  #drawWorkflows(tenant: TenantId): readonly string[] | null {
    const prng = this.#prng;
    if (!prng.chance(0.3)) return null;
    const names = ["flow-*", `flow-${tenant.slice(-1)}`, "kin-*", "leaf-*", "l*", "tick-*", "gone-*"];
    return prng.sample(names, prng.between(1, 3));
  }

  /** Asked once: only of what was answered the moment is known from which it holds. */
  async #write(
    tenant: TenantId,
    host: string,
    bounds: SaidOfHost | null,
    untilAnswered = false,
  ): Promise<void> {
    const { record, time } = this.#world;
    const beganOrder = record.nextOrder();
    let process = -1;
    const asked = await this.#asker.ask(
      tenant,
      "host_rule",
      async (engine) => {
        process = this.#nodes().find((node) => node.engine === engine)?.life.process ?? -1;
        if (bounds === null) await engine.hosts.delete(tenant, host);
        else await engine.hosts.put(tenant, host, { ...writeBounds(bounds), workflows: bounds.workflows });
      },
      untilAnswered ? undefined : 1,
    );
    const done = asked.type === "silent" ? null : { order: record.nextOrder(), at: time.now, process };
    record.hostWrites.push({ tenant, host, bounds, beganOrder, done });
  }

  /** Two who do not know of each other: one deletes the version that is there, the other puts the next. */
  async deleteSeen(tenant: TenantId, workflow: string, putNext: () => Promise<boolean>): Promise<void> {
    const seen = await this.#asker.get(tenant, "workflow", (engine) =>
      engine.getWorkflow(tenant, workflow, null),
    );
    if (seen === null) return;
    const next = putNext();
    await this.#asker.ask(tenant, "delete_workflow", (engine) =>
      engine.deleteWorkflow(tenant, workflow, undefined, (tag) => tag === seen.tag),
    );
    this.#world.record.seenDeletions.push({ tenant, workflow, isNextPut: await next });
  }

  /** Nothing new starts by it from then on. */
  async deleteWorkflow(tenant: TenantId, workflow: string): Promise<void> {
    const { record } = this.#world;
    const beganOrder = record.nextOrder();
    const asked = await this.#asker.ask(tenant, "delete_workflow", (engine) =>
      engine.deleteWorkflow(tenant, workflow),
    );
    const heardOrder = asked.type === "answered" ? record.nextOrder() : null;
    record.deletions.push({ tenant, workflow, beganOrder, heardOrder });
  }
}
