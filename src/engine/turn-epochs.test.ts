// The protocol of epochs on one node, over the keys that are used in earnest and the plainest of stores.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineWrap, EpochRow, EpochStore, NodeRow } from "../ports/epoch-store.ts";
import type { Place } from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";
import { EngineKeys } from "../vault/engine-keys.ts";
import { turnEpochs } from "./turn-epochs.ts";

const day = 86_400_000;

/** Rows in memory; a wrap is the id of the key that wrapped it, and a number. */
class PlainStore implements EpochStore {
  epochs: EpochRow[] = [];
  nodes: NodeRow[] = [];
  wraps = new Map<number, Uint8Array>();
  sessions: number[] = [];
  readonly #epochOf: (wrapped: Uint8Array) => number;

  constructor(epochOf: (wrapped: Uint8Array) => number) {
    this.#epochOf = epochOf;
  }

  async readEpochs() {
    return { epochs: [...this.epochs], nodes: [...this.nodes] };
  }

  async beginEpoch(next: Omit<EpochRow, "state">, after: number | null) {
    if ((this.epochs.find(({ state }) => state === "current")?.epoch ?? null) !== after) return false;
    this.epochs = this.epochs.map((row) => (row.epoch === after ? { ...row, state: "retiring" } : row));
    this.epochs.push({ ...next, state: "current" });
    return true;
  }

  async wrapsOf(epoch: number, limit: number): Promise<readonly EngineWrap[]> {
    const found = [...this.wraps].filter(([, wrapped]) => this.#epochOf(wrapped) === epoch).slice(0, limit);
    return found.map(([row, wrapped]) => ({ place: placeOf(row), wrapped }));
  }

  async replaceWraps(_: number, replacements: readonly (EngineWrap & { readonly by: Uint8Array | null })[]) {
    for (const { place, by } of replacements) {
      if (by === null) this.wraps.delete(Number(place.row));
      else this.wraps.set(Number(place.row), by);
    }
    return true;
  }

  async retireEpoch(epoch: number) {
    if ((await this.wrapsOf(epoch, 1)).length > 0 || this.sessions.includes(epoch)) return false;
    return this.#retire(epoch);
  }

  async abandonEpoch(epoch: number) {
    for (const [row, wrapped] of this.wraps) if (this.#epochOf(wrapped) === epoch) this.wraps.delete(row);
    return this.#retire(epoch);
  }

  async reportEpoch(node: string, reportedEpoch: number) {
    const others = this.nodes.filter((row) => row.node !== node);
    this.nodes = [...others, { node, reportedEpoch, leaseEndsAt: Number.POSITIVE_INFINITY }];
  }

  async forgetNode() {
    return "unknown" as const;
  }

  #retire(epoch: number) {
    this.epochs = this.epochs.map((row) => (row.epoch === epoch ? { ...row, state: "retired" } : row));
    return true;
  }
}

function placeOf(row: number): Place {
  return { tenant: "ten_1" as TenantId, table: "run", column: "engine_wrap", row: String(row), version: 0 };
}

function world(epoch = 0, chain = 1) {
  const secrets = { epoch, chain: new Uint8Array(32).fill(chain), integrity: new Uint8Array(32) };
  const keys = new EngineKeys(secrets, () => {});
  const store = new PlainStore((wrapped) => wrapped[8] ?? -1);
  return { keys, store, now: 0 };
}

const wrapFor = (keys: EngineKeys, epoch: number) => Uint8Array.of(...keys.id(epoch), epoch);

function turn(at: { keys: EngineKeys; store: PlainStore; now: number }): Promise<number> {
  const rewrap = ({ wrapped }: EngineWrap, epoch: number) =>
    at.keys.epochOf(wrapped.subarray(0, 8)) === null ? null : wrapFor(at.keys, epoch);
  const ports = { store: at.store, keys: at.keys, rewrap, now: () => at.now };
  return turnEpochs(ports, { node: "a", retentionMs: day, isStopped: () => false });
}

test("a day later everything is wrapped anew, and the key of the day before is gone", async () => {
  const one = world();
  assert.equal(await turn(one), 60_000);
  for (let row = 0; row < 450; row++) one.store.wraps.set(row, wrapFor(one.keys, 0));
  one.store.wraps.set(450, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 0));
  one.now = day - 1;
  assert.equal(await turn(one), day);
  assert.equal(one.keys.oldest, 0);
  one.now = day;
  one.store.sessions = [0];
  await turn(one);
  assert.equal(one.store.epochs.map(({ state }) => state).join(" "), "retiring current");
  assert.equal((await one.store.wrapsOf(1, 1000)).length, 450);
  assert.equal(one.keys.oldest, 0);
  one.store.sessions = [];
  await turn(one);
  assert.equal(one.keys.oldest, 1);
  assert.equal(one.store.nodes[0]?.reportedEpoch, 1);
  // What opened for nobody is not kept.
  assert.equal(one.store.wraps.size, 450);
});

test("a key file that is later than the data gives up what is under earlier epochs, and goes on", async () => {
  const one = world();
  await turn(one);
  one.store.wraps.set(0, wrapFor(one.keys, 0));
  const later = { ...world(7), store: one.store };
  await turn(later);
  assert.equal(one.store.wraps.size, 0);
  assert.deepEqual(
    one.store.epochs.map(({ epoch, state }) => `${epoch} ${state}`),
    ["0 retired", "7 current"],
  );
});

test("not while another node can still open them", async () => {
  const one = world();
  await turn(one);
  await one.store.reportEpoch("b", 0);
  await assert.rejects(turn({ ...world(7), store: one.store }), {
    code: "locked",
    message: /later than the data/,
  });
});

test("a node with another chain is refused", async () => {
  const one = world();
  await turn(one);
  await assert.rejects(turn({ ...world(0, 2), store: one.store }), {
    code: "locked",
    message: /another chain/,
  });
});
