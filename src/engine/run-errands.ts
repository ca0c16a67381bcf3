// What one run asks of the engine besides calls: children, events, its place, and what the sandbox computes.

import type { Effect, EvaluateEffect } from "../run/effect.ts";
import type { ActiveRun } from "./active-run.ts";
import type { RunHost } from "./run-host.ts";

export type Errand = Exclude<Effect, { type: "call" | "wake" | "evaluate" }>;

export class RunErrands {
  readonly #host: RunHost;
  readonly #run: ActiveRun;
  /** By id. */
  readonly #known = new Map<string, { readonly effect: Errand; state: "under way" | "done" | "locked" }>();
  readonly #asked = new Set<string>();

  constructor(host: RunHost, run: ActiveRun) {
    this.#host = host;
    this.#run = run;
  }

  /** Runs what is in `effects` and new, and forgets what is no longer there. */
  release(effects: readonly Effect[]): void {
    const needs: EvaluateEffect[] = [];
    const wanted = new Set<string>();
    for (const effect of effects) {
      if (effect.type === "call" || effect.type === "wake") continue;
      wanted.add(effect.id);
      if (effect.type !== "evaluate") this.#begin(effect);
      else if (!this.#asked.has(effect.id)) needs.push(effect);
    }
    for (const id of this.#known.keys()) if (!wanted.has(id)) this.#known.delete(id);
    for (const id of this.#asked) if (!wanted.has(id)) this.#asked.delete(id);
    if (needs.length > 0) this.#ask(needs);
  }

  isDone(id: string): boolean {
    return this.#known.get(id)?.state === "done";
  }

  isLocked(id: string): boolean {
    return this.#known.get(id)?.state === "locked";
  }

  /** The world has changed for these: they are run again at the next release. */
  forget(concerned: (effect: Errand) => boolean): void {
    for (const [id, { effect }] of this.#known) if (concerned(effect)) this.#known.delete(id);
  }

  dropAll(): void {
    this.#known.clear();
    this.#asked.clear();
  }

  #begin(effect: Errand): void {
    if (this.#known.has(effect.id) || !this.#host.maySend()) return;
    const entry: { effect: Errand; state: "under way" | "done" | "locked" } = { effect, state: "under way" };
    this.#known.set(effect.id, entry);
    this.#host.errand(this.#run, effect, (state) => {
      if (this.#known.get(effect.id) !== entry) return;
      entry.state = state;
      this.#run.mayRest();
    });
  }

  #ask(needs: readonly EvaluateEffect[]): void {
    for (const { id } of needs) this.#asked.add(id);
    this.#host.evaluate(
      this.#run,
      needs.map((effect) => effect.need),
    );
  }
}
