// Epochs of the engine's key in the memory store. It has one writer: the order that the port asks for comes by itself.

import type {
  EngineWrap,
  EpochRow,
  EpochState,
  EpochStore,
  EpochView,
  NodeForgotten,
  WrapReplacement,
} from "../../ports/epoch-store.ts";
import { hex } from "../hex.ts";
import { judgeForget } from "../judge-forget.ts";
import { engineWraps, isUnder, type KeptWrap } from "./engine-wraps.ts";
import type { MemoryTables } from "./memory-tables.ts";

export class MemoryEpochs implements EpochStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async readEpochs(): Promise<EpochView> {
    const { epochs, nodes, leases } = this.#tables;
    const leaseEndsAt = (node: string) => {
      const own = [...leases.values()].filter((lease) => lease.node === node && !lease.ended);
      return Math.max(0, ...own.map(({ expiresAt }) => expiresAt));
    };
    return {
      epochs: [...epochs.values()],
      nodes: [...nodes].map(([node, reportedEpoch]) => {
        return { node, reportedEpoch, leaseEndsAt: leaseEndsAt(node) };
      }),
    };
  }

  async beginEpoch(next: Omit<EpochRow, "state">, after: number | null): Promise<boolean> {
    const rows = [...this.#tables.epochs.values()];
    const current = rows.find(({ state }) => state === "current")?.epoch ?? null;
    const isRetiring = rows.some(({ state }) => state === "retiring");
    if (current !== after || isRetiring || rows.some(({ epoch }) => epoch >= next.epoch)) return false;
    if (after !== null) this.#mark(after, "retiring");
    this.#tables.epochs.set(next.epoch, { ...next, state: "current" });
    return true;
  }

  async wrapsOf(epoch: number, limit: number): Promise<readonly EngineWrap[]> {
    return this.#wrapsOf(epoch)
      .slice(0, limit)
      .map(({ place, wrapped }) => ({ place, wrapped }));
  }

  async replaceWraps(epoch: number, replacements: readonly WrapReplacement[]): Promise<boolean> {
    if (this.#tables.epochs.get(epoch)?.state !== "current") return false;
    const byName = new Map<string, WrapReplacement>();
    for (const one of replacements) byName.set(nameOf(one), one);
    for (const kept of engineWraps(this.#tables)) {
      const found = byName.get(nameOf(kept));
      if (found !== undefined) kept.put(found.by);
    }
    return true;
  }

  async retireEpoch(epoch: number): Promise<boolean> {
    if (this.#tables.epochs.get(epoch)?.state !== "retiring") return false;
    const isLeft = this.#wrapsOf(epoch).length > 0 || this.#sessionsOf(epoch).length > 0;
    if (isLeft) return false;
    this.#mark(epoch, "retired");
    return true;
  }

  async abandonEpoch(epoch: number): Promise<boolean> {
    const { epochs, nodes, sessions } = this.#tables;
    const mayReturn = nodes.size === 0 || [...nodes.values()].some((reported) => reported <= epoch);
    if (!epochs.has(epoch) || mayReturn) return false;
    for (const kept of this.#wrapsOf(epoch)) kept.put(null);
    for (const name of this.#sessionsOf(epoch)) sessions.delete(name);
    this.#mark(epoch, "retired");
    return true;
  }

  async reportEpoch(node: string, epoch: number): Promise<void> {
    this.#tables.nodes.set(node, epoch);
  }

  async forgetNode(node: string, now: number): Promise<NodeForgotten> {
    const result = judgeForget(await this.readEpochs(), node, now);
    if (result === "forgotten") this.#tables.nodes.delete(node);
    return result;
  }

  #wrapsOf(epoch: number): readonly KeptWrap[] {
    const row = this.#tables.epochs.get(epoch);
    if (row === undefined) return [];
    return engineWraps(this.#tables).filter(({ wrapped }) => isUnder(wrapped, row.keyId));
  }

  #sessionsOf(epoch: number): readonly string[] {
    return [...this.#tables.sessions].flatMap(([name, row]) => (row.epoch === epoch ? [name] : []));
  }

  #mark(epoch: number, state: EpochState): void {
    const row = this.#tables.epochs.get(epoch);
    if (row !== undefined) this.#tables.epochs.set(epoch, { ...row, state });
  }
}

/** A row and the very bytes that stand there. */
function nameOf({ place, wrapped }: EngineWrap): string {
  return `${JSON.stringify(place)} ${hex(wrapped)}`;
}
