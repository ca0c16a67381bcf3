// The standing grants of a world: made with a tenant's key, for one version, some ways and some hosts, revoked or left to end.

import { grantWays } from "../engine/inbox-api.ts";
import type { GrantId, TenantId } from "../value/id.ts";
import type { GrantMade } from "./grants-seen.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimWorld } from "./sim-node.ts";
import type { WorkflowModel } from "./workload/model.ts";

/** The first of these lists have the services of the steps, the last has not. */
const hosts = [
  ["services.example", "*.example"],
  ["*.example"],
  ["services.example"],
  ["elsewhere.example"],
  [],
];

export class SimGrants {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;

  constructor(world: SimWorld, prng: Prng, asker: SimAsker) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
  }

  /** One grant; at times it is revoked within `spanMs`. */
  async make(tenant: TenantId, { name, verify, cron }: WorkflowModel, spanMs: number): Promise<void> {
    const prng = this.#prng;
    const { record, time } = this.#world;
    // Runs by a schedule of which nobody takes leave must end sometime.
    const lastsMs = cron !== null || prng.chance(0.3) ? prng.between(1_000, spanMs) : 86_400_000;
    const request = {
      workflow: name,
      triggers: prng.chance(0.5) ? grantWays : prng.sample(grantWays, prng.between(1, 3)),
      hosts: prng.chance(0.6) ? (hosts[0] ?? []) : prng.pick(hosts),
      verify: verify && prng.chance(0.7),
    };
    if (request.verify) record.verifyAsked.add(tenant);
    this.#world.rotateWithin(tenant, 12);
    const made = await this.#asker.get(tenant, "grant", async (engine, now) => {
      const expiresAt = now + lastsMs;
      return { ...(await engine.grants.make(tenant, { ...request, expiresAt })), expiresAt };
    });
    if (made === null) return;
    const grant: GrantMade = {
      ...{ tenant, grant: made.id, ...request, expiresAt: made.expiresAt },
      revokedAt: null,
    };
    record.grants.push(grant);
    if (!prng.chance(0.35)) return;
    await this.#asker.sleep(prng.between(0, spanMs));
    const revoked = await this.#asker.ask(tenant, "grant_revoke", (engine) =>
      engine.grants.revoke(tenant, grant.grant as GrantId),
    );
    // Refused as one that has ended, it was revoked by a request that was not heard of, or has ended otherwise.
    if (revoked.type !== "silent") grant.revokedAt = time.now;
  }
}
