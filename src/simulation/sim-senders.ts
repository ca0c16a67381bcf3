// The senders of a world that have an API key and no session: what they send is done at once, or waits for a sign-in.

import type { TenantId } from "../value/id.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimWorld } from "./sim-node.ts";
import { cutInput } from "./workload/cut-text.ts";
import { languageInput } from "./workload/generate-language.ts";
import { flags } from "./workload/generate-workflow.ts";
import type { WorkflowModel } from "./workload/model.ts";

export class SimSenders {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;

  constructor(world: SimWorld, prng: Prng, asker: SimAsker) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
  }

  /** One start, at times asked for twice by its key. */
  async start(tenant: TenantId, model: WorkflowModel, order: string): Promise<void> {
    const { record, time } = this.#world;
    if (this.#world.hasEnough()) return;
    const prng = this.#prng;
    const key = prng.chance(0.3) ? `key-${order}` : null;
    const body = {
      order,
      n: prng.between(0, 9),
      [flags[0]]: prng.chance(0.6),
      [flags[1]]: prng.chance(0.6),
      ...languageInput(prng, time.now),
      ...cutInput(order),
    };
    record.sentAt.set(`${tenant}/${order}`, time.now);
    const trigger = { type: "http", method: "POST", headers: {}, query: {}, body, rawBody: null } as const;
    const request = { workflow: model.name, version: model.version, trigger, idempotencyKey: key };
    for (let repeats = key !== null && prng.chance(0.3) ? 2 : 1; repeats > 0; repeats--) {
      // Without a key a sender that heard nothing must not send again: it would start another run.
      const tries = key === null ? 1 : undefined;
      const accepted = await this.#asker.get(
        null,
        "send",
        (engine) => engine.acceptStart(tenant, request),
        tries,
      );
      if (accepted === null) continue;
      const heardOrder = record.nextOrder();
      if (accepted.type === "item") record.sent.push({ tenant, order, key, item: accepted.item, heardOrder });
      else record.answers.push({ type: "started", tenant, run: accepted.run, order, key, heardOrder });
    }
  }
}
