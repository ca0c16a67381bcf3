// The hooks of a world and those who send to them: signed or not, once or again, while somebody is signed in and while nobody is.

import { createHmac } from "node:crypto";
import type { TenantId } from "../value/id.ts";
import type { HookMade, HookSent } from "./grants-seen.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimWorld } from "./sim-node.ts";
import { cutInput } from "./workload/cut-text.ts";
import { languageInput } from "./workload/generate-language.ts";
import { flags } from "./workload/generate-workflow.ts";
import type { WorkflowModel } from "./workload/model.ts";

/** A hook, and by what those who send to it sign. */
export interface SimHook {
  readonly made: HookMade;
  readonly model: WorkflowModel;
  readonly token: string;
  readonly secret: string | null;
}

export class SimHooks {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;

  constructor(world: SimWorld, prng: Prng, asker: SimAsker) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
  }

  /** `secret`: the value by which what comes is to be signed. */
  async make(tenant: TenantId, model: WorkflowModel, secret: string | null): Promise<SimHook | null> {
    const { name: workflow, verify } = model;
    this.#world.rotateWithin(tenant, 4);
    const created = await this.#asker.get(tenant, "hook", (engine) =>
      engine.hooks.create(tenant, { workflow, quota: null }),
    );
    if (created === null) return null;
    const { hook, token } = created;
    const made: HookMade = { tenant, hook: hook.id, verify, revokeAskedOrder: null, revokedOrder: null };
    this.#world.record.hooks.push(made);
    return { made, model, token, secret };
  }

  async revoke(tenant: TenantId, { made }: SimHook): Promise<void> {
    const { record } = this.#world;
    made.revokeAskedOrder = record.nextOrder();
    const revoked = await this.#asker.ask(tenant, "hook_revoke", (engine) =>
      engine.hooks.revoke(tenant, made.hook as never),
    );
    if (revoked.type !== "silent") made.revokedOrder = record.nextOrder();
  }

  /** What names itself, by its key or its signed delivery, may be sent again. */
  async send({ made, model, token, secret }: SimHook, order: string): Promise<void> {
    const { record, time } = this.#world;
    const prng = this.#prng;
    const { tenant, hook } = made;
    const signed = secret !== null && prng.chance(0.85);
    const delivery = secret === null ? null : `delivery-${order}`;
    const key = delivery ?? (prng.chance(0.5) ? `key-${order}` : null);
    const body = {
      order,
      n: prng.between(0, 9),
      [flags[0]]: prng.chance(0.6),
      [flags[1]]: prng.chance(0.6),
      ...languageInput(prng, time.now),
      ...cutInput(order),
    };
    const rawBody = JSON.stringify(body);
    const headers: Record<string, string> = delivery === null ? {} : { "x-github-delivery": delivery };
    if (secret !== null) headers["x-hub-signature-256"] = signatureOf(rawBody, signed ? secret : "another");
    const sent: HookSent = {
      ...{ tenant, workflow: model.name, hook, order, verify: model.verify, signed, key },
      beganAt: time.now,
      beganOrder: record.nextOrder(),
      told: [],
    };
    record.hooked.push(sent);
    record.sentAt.set(`${tenant}/${order}`, time.now);
    const trigger = { type: "http", method: "POST", headers, query: {}, body, rawBody } as const;
    const request = { trigger, idempotencyKey: delivery === null ? key : null };
    for (let repeats = key !== null && prng.chance(0.4) ? 2 : 1; repeats > 0; repeats--) {
      await this.#sendOnce(sent, token, request);
    }
  }

  async #sendOnce(
    sent: HookSent,
    token: string,
    request: Parameters<Parameters<Parameters<SimAsker["ask"]>[2]>[0]["acceptHook"]>[1],
  ): Promise<void> {
    const { record, time } = this.#world;
    const { tenant, order, key } = sent;
    // What nothing names must not be sent again: it would start another run.
    const tries = key === null ? 1 : undefined;
    const asked = await this.#asker.ask(
      null,
      "hook_send",
      (engine) => engine.acceptHook(token, request),
      tries,
    );
    if (asked.type === "silent") return;
    const heardOrder = record.nextOrder();
    const heard = { at: time.now, order: heardOrder };
    if (asked.type === "refused") {
      sent.told.push({ type: "refused", what: asked.code, ...heard });
    } else if (asked.result.type === "item") {
      const { item } = asked.result;
      sent.told.push({ type: "item", what: item, ...heard });
      record.sent.push({ tenant, order, key, item, heardOrder });
    } else if (asked.result.type === "run") {
      const { run } = asked.result;
      sent.told.push({ type: "run", what: run, ...heard });
      record.answers.push({ type: "started", tenant, run, order, key, heardOrder });
    }
  }
}

function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}
