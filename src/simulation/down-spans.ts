// Since when each node is down, by its clock, and how long one stays down that crashed.

import type { Boot } from "./history.ts";
import type { Prng } from "./prng.ts";
import type { SimWorld } from "./sim-node.ts";

/** What is felt of a strike passes within this: one that lasts strikes again and again. */
const feltMs = 10_000;

export class DownSpans {
  readonly #world: SimWorld;
  readonly #spans = new Map<number, { readonly since: number; bootedAt: number | null }>();
  #outage = false;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  /** One that falls again before it is up has been down since it fell first. */
  goesDown(node: number, now: number): void {
    if (!this.#spans.has(node)) this.#spans.set(node, { since: now, bootedAt: null });
  }

  boots(node: number, now: number): void {
    const span = this.#spans.get(node);
    if (span !== undefined) span.bootedAt ??= now;
  }

  isUp(node: number, now: number, bootedAt: number): Boot {
    const span = this.#spans.get(node);
    this.#spans.delete(node);
    return { upAt: now, downSince: span?.since ?? bootedAt, bootedAt: span?.bootedAt ?? bootedAt };
  }

  /** How long it takes until what crashed is started again: once in some worlds longer than all patience of its callers. */
  drawDown(prng: Prng): number {
    const { time, plan, record } = this.#world;
    const usual = prng.between(20, 4_000);
    const { outageMs } = plan;
    if (outageMs === 0 || this.#outage || !this.#world.faultsOn(outageMs)) return usual;
    this.#outage = true;
    for (let ms = feltMs; ms < outageMs; ms += feltMs) time.after(ms, () => record.strikes.push(time.now));
    time.after(outageMs, () => record.strikes.push(time.now));
    return outageMs;
  }
}
