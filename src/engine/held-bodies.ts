// Stored bodies that a run in memory has at hand while it decides.

import type { BodyChunk } from "../ports/store.ts";
import type { RunEvent } from "../run/event.ts";
import { fold } from "../run/evolve.ts";
import type { RunState } from "../run/state.ts";
import type { Json } from "../value/json.ts";
import type { BodySource, StoredBody, StoredMember } from "../value/stored-body.ts";
import { decodeEvents, encodeJson } from "./event-codec.ts";
import type { Decided, RunIdentity } from "./propose.ts";
import { RunBodies } from "./run-bodies.ts";
import type { RunHost } from "./run-host.ts";
import { firstIdOf, placeBodies, storeBodies } from "./store-bodies.ts";

export class HeldBodies {
  readonly #host: RunHost;
  readonly #own: RunBodies;
  readonly #touched = new Set<BodySource>();

  constructor(host: RunHost, { tenant, id, key }: RunIdentity) {
    this.#host = host;
    this.#own = new RunBodies(host.ports, { tenant, run: id, key });
  }

  /** Errors: those of `BodySource.load`. */
  async fetch(stored: readonly StoredMember[]): Promise<void> {
    for (const { source, body } of stored) {
      this.#touch(source);
      await source.load(body);
    }
  }

  /** Nothing is being decided: what is at hand stays while it is little, since what comes next may read it again. */
  drop(): void {
    if (this.#bytesAtHand() <= this.#host.options.keptBodyBytes) return;
    for (const source of this.#touched) source.letGo();
    this.#touched.clear();
  }

  /**
   * What was decided, with its large bodies apart: the events as they are stored, the state as it is read back from them.
   * Throws `BodyAway` for those of other runs that are not at hand.
   */
  apart(
    { tenant, id, key }: RunIdentity,
    before: RunState | null,
    decided: Decided,
  ): Decided & { readonly chunks: readonly BodyChunk[] } {
    const firstSeq = (before?.seq ?? 0) + 1;
    // Of an append that failed.
    this.#own.forgetFrom(firstIdOf(firstSeq));
    const { events, chunks, stored } = storeBodies(
      this.#host.ports.vault,
      { tenant, run: id, key },
      decided.events,
      { firstSeq, bytesMin: this.#host.options.eventBodyBytes, known: () => this.#known() },
    );
    for (const [value, body] of stored) this.#keep(value, body);
    if (!events.some((event) => event.stored !== undefined)) return { ...decided, chunks };
    return { ...decided, events, chunks, state: fold(before, this.#readBack(events)) };
  }

  #readBack(events: readonly RunEvent[]): readonly RunEvent[] {
    return decodeEvents(encodeJson(events as unknown as Json)).map((event) => placeBodies(event, this.#own));
  }

  #touch(source: BodySource): void {
    if (!this.#touched.has(source)) source.hold();
    this.#touched.add(source);
  }

  #keep(value: Json, body: StoredBody): void {
    if (this.#bytesAtHand() + body.size > this.#host.options.keptBodyBytes) return;
    this.#touch(this.#own);
    this.#own.keep(body, value);
  }

  #bytesAtHand(): number {
    const held = [...this.#touched].flatMap((source) => (source instanceof RunBodies ? source.known() : []));
    return held.reduce((sum, [, { size }]) => sum + size, 0);
  }

  #known(): ReturnType<RunBodies["known"]> {
    return [...this.#touched].flatMap((source) =>
      source instanceof RunBodies && source.owner === this.#own.owner ? source.known() : [],
    );
  }
}
