// The events of a tenant wait for those before them, and for nothing of another tenant.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { IncomingRow } from "../ports/store.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError, type ErrorCode } from "../value/problem.ts";
import { EventLines } from "./event-lines.ts";
import type { Timers } from "./timers.ts";

type Start = (name: string) => Promise<void>;

class Stage {
  now = 1_000_000;
  readonly asked: string[] = [];
  readonly settled: string[] = [];
  readonly logged: string[] = [];
  readonly lines: EventLines;
  #rows: readonly IncomingRow[];
  #timers: { at: number; fire: (() => void) | null }[] = [];

  /** @param names of events, oldest first: the tenant and a number, as `a/1` */
  constructor(names: readonly string[], start: Start) {
    this.#rows = names.map(rowOf);
    const store = {
      listUnsettled: async (limit: number, past: readonly TenantId[]) =>
        this.#rows.filter(({ tenant }) => !past.includes(tenant)).slice(0, limit),
      settleIncoming: async (tenant: TenantId, id: Uint8Array) => {
        this.settled.push(`${tenant}/${id[0]}`);
        this.#rows = this.#rows.filter((row) => row.tenant !== tenant || row.id[0] !== id[0]);
      },
    };
    const log = { write: (_level: string, event: string) => void this.logged.push(event) };
    const ports = { store, clock: { now: () => this.now }, log };
    const timers = {
      set: (at: number, fire: () => void) => {
        const timer = { at, fire };
        this.#timers.push(timer);
        return timer;
      },
      cancel: (timer: { fire: unknown }) => {
        timer.fire = null;
      },
    };
    const startRuns = (row: IncomingRow) => {
      const name = `${row.tenant}/${row.id[0]}`;
      this.asked.push(name);
      return start(name);
    };
    this.lines = new EventLines(
      ports as unknown as ConstructorParameters<typeof EventLines>[0],
      timers as unknown as Timers,
      startRuns,
    );
  }

  /** Until nothing moves that waits for no timer. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.now);
    this.#timers = this.#timers.filter(({ at }) => at > this.now);
    for (const { fire } of due) fire?.();
    await this.settle();
  }

  async begin(): Promise<this> {
    this.lines.start();
    await this.settle();
    return this;
  }
}

function rowOf(name: string): IncomingRow {
  const [tenant, number] = name.split("/");
  const sealed = new Uint8Array(9);
  return { tenant, id: Uint8Array.of(Number(number)), receivedAt: 0, sealed } as unknown as IncomingRow;
}

const named = (tenant: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${tenant}/${index + 1}`);
const refusing =
  (name: string, code: ErrorCode): Start =>
  async (asked) => {
    if (asked === name) throw new DispatchedError(code, "for now", { retryable: true });
  };

test("the later events of a tenant wait for one that cannot be settled, those of others do not", async () => {
  for (const code of ["store_rolled_back", "locked"] as const) {
    const stage = await new Stage(["a/1", "b/2", "a/3", "b/4"], refusing("a/1", code)).begin();
    assert.deepEqual(stage.settled, ["b/2", "b/4"], code);
    assert.ok(!stage.asked.includes("a/3"), code);
  }
});

test("one that takes long holds up no other tenant, and those behind it keep their order", async () => {
  const held = Promise.withResolvers<void>();
  const stage = new Stage(["a/1", "a/2", "b/3", "c/4"], (name) =>
    name === "a/1" ? held.promise : Promise.resolve(),
  );
  await stage.begin();
  assert.deepEqual(stage.settled, ["b/3", "c/4"]);
  held.resolve();
  await stage.settle();
  assert.deepEqual(stage.settled.slice(2), ["a/1", "a/2"]);
});

test("events of a tenant that fill a page, and wait, hide none of another", async () => {
  const stage = await new Stage([...named("a", 200), "b/1"], refusing("a/1", "store_rolled_back")).begin();
  assert.deepEqual(stage.settled, ["b/1"]);
  assert.deepEqual(stage.asked, ["a/1", "b/1"]);
  await stage.pass(1_000);
  assert.deepEqual(stage.asked, ["a/1", "b/1", "a/1"], "it is tried again");
});

test("more tenants than lines are served, though some take as long as they like", async () => {
  const slow = Promise.withResolvers<void>();
  const names = Array.from({ length: 15 }, (_, index) => `slow${index}/1`);
  const many = Array.from({ length: 40 }, (_, index) => `t${index}/1`);
  const stage = new Stage([...names, ...many], (name) =>
    name.startsWith("slow") ? slow.promise : Promise.resolve(),
  );
  await stage.begin();
  assert.deepEqual(stage.settled.sort(), many.sort());
});

test("lines that take long rest when there is no place for another", async () => {
  const names = Array.from({ length: 16 }, (_, index) => [`slow${index}/1`, `slow${index}/2`]).flat();
  const stage = new Stage([...names, "z/1"], async (name) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (name.startsWith("slow0/")) stage.now += 5_000;
  });
  await stage.begin();
  await stage.settle();
  assert.ok(stage.settled.includes("z/1"));
  const seconds = stage.settled.filter((name) => name.endsWith("/2"));
  assert.ok(seconds.length < 16, `${seconds.length} have not rested`);
  for (let second = 0; second < 20; second++) await stage.pass(1_000);
  assert.equal(stage.settled.length, 33);
});

test("a store that is away is asked for little until it is back", async () => {
  let isAway = true;
  const stage = new Stage(["a/1", "b/1", "a/2", "b/2", "a/3", "b/3"], async () => {
    if (isAway) throw new DispatchedError("store_unavailable", "for now", { retryable: true });
  });
  await stage.begin();
  assert.deepEqual([stage.asked, stage.settled], [["a/1", "b/1"], []]);
  isAway = false;
  await stage.pass(1_000);
  assert.equal(stage.settled.length, 6);
});

test("what nobody expected is logged, and those behind it go on", async () => {
  const stage = new Stage(["a/1", "a/2"], async (name) => {
    if (name === "a/1") throw new Error("unexpected");
  });
  await stage.begin();
  assert.deepEqual([stage.settled, stage.logged], [["a/2"], ["event.failed"]]);
});

test("a tenant that signs in need not wait for the next try", async () => {
  let isLocked = true;
  const stage = new Stage(["a/1"], async () => {
    if (isLocked) throw new DispatchedError("locked", "for now", { retryable: true });
  });
  await stage.begin();
  isLocked = false;
  stage.lines.unlocked("a" as TenantId);
  await stage.settle();
  assert.deepEqual(stage.settled, ["a/1"]);
});
