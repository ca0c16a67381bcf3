// Devices that make sign-in links in a world, browsers that bring them: once, again, at once, too late, after a sign-out.

import { Audit } from "../engine/audit.ts";
import { someSession } from "../engine/audit-entry.ts";
import { Sessions } from "../engine/sessions.ts";
import { SignInLinks } from "../engine/sign-in-links.ts";
import { Tenants } from "../engine/tenants.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { LinkMade, Moment } from "./links-seen.ts";
import { SimClock } from "./ports/sim-clock.ts";
import { SimEntropy } from "./ports/sim-entropy.ts";
import { SimVault } from "./ports/sim-vault.ts";
import type { Prng } from "./prng.ts";
import { patienceMs, type SimAsker } from "./sim-asker.ts";
import type { SimNode, SimWorld } from "./sim-node.ts";
import { simTenants } from "./sim-tenants.ts";

/** The accounts of one process, with a vault of their own: who is signed in for runs is planned elsewhere. */
interface Desk {
  readonly tenants: Tenants;
  readonly sessions: Sessions;
  readonly links: SignInLinks;
}

interface Told<Result> extends Moment {
  readonly result: Result | null;
}

const linkMs = 60_000;
/** Some sessions end by themselves before their links do, some after. */
const lifetimesMs = [45_000, 150_000] as const;

export class SimLinks {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;
  readonly #desks = new WeakMap<SimNode, Desk>();
  #count = 0;

  constructor(world: SimWorld, prng: Prng, asker: SimAsker) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
  }

  plan(): void {
    const prng = this.#prng;
    if (!prng.chance(0.25)) return;
    for (let count = prng.between(1, 4); count > 0; count--) {
      const [tenant, at] = [prng.pick(simTenants), prng.between(0, this.#world.plan.endsAfterMs)];
      void this.#asker.later(at, () => this.#make(tenant));
    }
  }

  /** One device: it signs in, makes a link, and perhaps signs out again. */
  async #make(tenant: TenantId): Promise<void> {
    const prng = this.#prng;
    this.#world.record.sessionsOpened = true;
    const parent = await this.#tell((desk) => this.#signIn(desk, tenant));
    if (parent.result === null) return;
    const { token, expiresAt: parentExpiresAt } = parent.result;
    // A rotation that begins while it is made ends it, too.
    const generation = this.#generationOf(tenant);
    const made = await this.#tell(({ links }) => links.make(token, someSession));
    if (made.result === null) return;
    const { code } = made.result;
    const link: LinkMade = {
      ...{ tenant, parentExpiresAt, made, generation, lastGeneration: generation, parentEnded: null },
      ...{ uses: [], linkedUses: [] },
    };
    this.#world.record.links.push(link);
    if (prng.chance(0.4)) {
      void this.#asker.later(prng.between(0, 3_000), async () => {
        const ended = await this.#tell(
          ({ sessions }) => sessions.end(token, false, someSession),
          () => {
            link.parentEnded = { askedAt: this.#world.time.now, heardAt: null };
          },
        );
        link.parentEnded = ended.result === null ? { ...ended, heardAt: null } : ended;
      });
    }
    const late = prng.chance(0.25) ? prng.between(linkMs, linkMs + 30_000) : null;
    for (let uses = prng.between(1, 3); uses > 0; uses--) {
      void this.#asker.later(late ?? prng.pick([0, 0, prng.between(0, 4_000)]), () => this.#use(link, code));
    }
  }

  async #signIn({ tenants, sessions }: Desk, tenant: TenantId) {
    const row = await tenants.read(tenant);
    if (row === null) return null;
    const { wrappingKey } = this.#world.keysOf(tenant);
    const { generation } = row;
    return sessions.open(
      row,
      {
        owner: { tenant, generation },
        apiKey: row.apiKey,
        purpose: "session",
        jti: `link-${this.#count++}`,
        expiresAt: this.#world.time.now + linkMs,
        wrappingKey,
        nextWrappingKey: null,
        check: wrappingKey,
        action: null,
        finish: () => null,
      },
      someSession,
    );
  }

  async #use(link: LinkMade, code: string): Promise<void> {
    const use = await this.#tell(({ links }) => links.redeem(code, "address"));
    link.lastGeneration = this.#generationOf(link.tenant as TenantId);
    const { askedAt, heardAt, result: opened } = use;
    link.uses.push({ askedAt, heardAt, opened });
    if (opened === null) return;
    for (let count = 3; count > 0; count--) {
      const after = this.#prng.between(0, 15_000);
      void this.#asker.later(after, async () => {
        const told = await this.#tell(({ sessions }) => sessions.tenantOf(opened.token));
        const { token } = opened;
        const isOpen = told.result !== null;
        link.linkedUses.push({ askedAt: told.askedAt, heardAt: told.heardAt, token, isOpen });
      });
    }
  }

  /** `null` with a moment of hearing: it was refused. */
  #tell<Result>(ask: (desk: Desk) => Promise<Result>, begun: () => void = () => {}): Promise<Told<Result>> {
    const { time } = this.#world;
    const askedAt = time.now;
    const node = this.#asker.pick();
    if (node === null || node.engine === null) {
      return Promise.resolve({ askedAt, heardAt: null, result: null });
    }
    begun();
    return new Promise((resolve) => {
      time.after(patienceMs, () => resolve({ askedAt, heardAt: null, result: null }));
      const heard = (result: Result | null, isSilent = false) =>
        resolve({ askedAt, heardAt: isSilent ? null : time.now, result });
      ask(this.#deskOf(node)).then(
        (result) => heard(result),
        (error: unknown) => {
          if (!(error instanceof DispatchedError)) throw error;
          heard(null, error.code !== "sign_in_link_refused");
        },
      );
    });
  }

  #generationOf(tenant: TenantId): number {
    return this.#world.keysOf(tenant).keys.generation;
  }

  #deskOf(node: SimNode): Desk {
    const known = this.#desks.get(node);
    if (known !== undefined) return known;
    const { store } = node;
    if (store === null) throw new Error("an engine that is up has a store");
    const ports = {
      store,
      vault: new SimVault(this.#prng.fork(), node.vault.epochs),
      clock: new SimClock(node),
      entropy: new SimEntropy(this.#prng.fork()),
      log: { write: () => {} },
    };
    const audit = new Audit(ports);
    const tenants = new Tenants(ports, audit);
    const lifetimeMs = this.#prng.pick(lifetimesMs);
    const sessions = new Sessions(ports, tenants, audit, { lifetimeMs, opened: () => {}, locked: () => {} });
    const desk = { tenants, sessions, links: new SignInLinks(ports, audit, sessions) };
    this.#desks.set(node, desk);
    return desk;
  }
}
