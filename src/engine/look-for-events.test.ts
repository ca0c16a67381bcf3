// What a wait is offered of the events that are stored: as many as it takes, and all of them or none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import type { IncomingRow } from "../ports/store.ts";
import type { EventEffect } from "../run/effect.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { ActiveRun } from "./active-run.ts";
import { encodeJson } from "./event-codec.ts";
import type { Letter } from "./letter.ts";
import { lookForEvents, WaitIsFull } from "./look-for-events.ts";
import type { EnginePorts } from "./ports.ts";

const when = "return event.data > 10";
const document = `name: w
version: 1
triggers: [{type: http}]
steps:
  a: {wait: {event: paid, when: {expr: "${when}", lang: lua}}}
`;
const identity = { tenant: "ten_a" as TenantId, id: "run_a" as RunId } as ActiveRun["identity"];

class World {
  readonly play = new PlayRun(document);
  readonly rows: IncomingRow[] = [];
  readonly letters: Letter[] = [];
  /** Rows whose keys were given up: read again, they are others. */
  readonly givenUp = new Set<IncomingRow>();
  /** By the last byte of its id: nobody here opens it. */
  locked: number | null = null;

  add(count: number): void {
    for (let left = count; left > 0; left--) {
      const id = Uint8Array.of(this.rows.length >> 8, this.rows.length & 255);
      const event = encodeJson({ source: "bank", id: `${this.rows.length}`, data: 1 });
      const [key, live] = [new Uint8Array(), new Uint8Array()];
      const receivedAt = this.play.now;
      this.rows.push({ tenant: identity.tenant, id, topics: [], receivedAt, key, live, sealed: event });
    }
  }

  /** `decides`: the run obeys at once; else the letters are kept. */
  async look(decides = true): Promise<void> {
    const { play } = this;
    const run = {
      identity,
      get state() {
        return play.state;
      },
      post: (command: Letter["command"], reply: Letter["reply"]) => {
        if (!decides) {
          this.letters.push({ command, reply });
          return;
        }
        const decided = play.give(command);
        reply?.decided(typeof decided === "string" ? decided : null);
      },
    };
    const effect = play.outstanding.find(({ type }) => type === "event") as EventEffect;
    await lookForEvents(this.#ports, run, effect);
  }

  get #ports(): EnginePorts {
    const listIncoming = async (_tenant: TenantId, _topic: Uint8Array, since: number, limit: number) => {
      const found = this.rows.filter(({ receivedAt }) => receivedAt >= since).slice(0, limit);
      return found.map((row) => (this.#wasRead(row) ? { ...row } : row));
    };
    const vault = {
      hash: () => new Uint8Array(2),
      unwrapKey: (_place: unknown, row: IncomingRow) => {
        if (row.id[1] === this.locked || this.givenUp.has(row)) {
          throw new DispatchedError("locked", "its key was given up", { retryable: true });
        }
      },
      open: (_key: unknown, _place: unknown, sealed: Uint8Array) => sealed,
    };
    const ports = { vault, store: { listIncoming }, clock: { now: () => this.play.now }, log: {} };
    return ports as unknown as EnginePorts;
  }

  readonly #read = new Set<IncomingRow>();

  #wasRead(row: IncomingRow): boolean {
    const wasRead = this.#read.has(row);
    this.#read.add(row);
    return wasRead;
  }
}

test("a wait that is full is offered the others once it has judged some", async () => {
  const world = new World();
  world.add(300);
  await assert.rejects(world.look(), WaitIsFull);
  assert.equal(world.play.state.signals.length, 128);
  await assert.rejects(world.look(), WaitIsFull);
  for (let tries = 0; tries < 12; tries++) {
    world.play.after(100).compute({ [when]: false });
    await world.look().catch((error: unknown) => assert.ok(error instanceof WaitIsFull));
  }
  const received = world.play.said.filter((said) => said === "signal.received a");
  assert.equal(received.length, 300);
  assert.equal(world.play.state.signals.length, 0);
});

test("events are opened before any is offered: none is left behind", async () => {
  const world = new World();
  world.add(3);
  world.locked = 1;
  await assert.rejects(world.look(false), { code: "locked" });
  assert.deepEqual(world.letters, []);
});

test("an event whose key was given up after it was read is read again", async () => {
  const world = new World();
  world.add(3);
  world.givenUp.add(world.rows[1] as IncomingRow);
  await world.look();
  assert.equal(world.play.state.signals.length, 3);
});

test("that one of several is not taken, since its run is gone, is heard once", async () => {
  const world = new World();
  world.add(3);
  const looking = world.look(false);
  looking.catch(() => {});
  await new Promise(setImmediate);
  assert.equal(world.letters.length, 3);
  for (const { reply } of world.letters) reply?.failed(new Error("the run has left this node"));
  await assert.rejects(looking, /has left/);
});
