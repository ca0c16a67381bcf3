// Sessions that are looked at again: in pieces, between which the loop is free for others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { tokenHash } from "../handshake/token-hash.ts";
import { writeToken } from "../handshake/token-text.ts";
import type { SessionRow } from "../ports/account-store.ts";
import { bytesOf, epoch, tenantOf } from "../ports/store-contract/sample.ts";
import { Sessions } from "./sessions.ts";

type Ports = ConstructorParameters<typeof Sessions>[0];

const tenant = tenantOf(1);

function sessionOf(number: number): readonly [string, SessionRow] {
  const token = writeToken(
    "session",
    new Uint8Array(new BigUint64Array([BigInt(number), 0n, 0n, 0n]).buffer),
  );
  const row = { tenant, token: tokenHash(token), generation: 1, createdAt: epoch, epoch: 1 };
  return [token, { ...row, expiresAt: epoch + 3_600_000, sealed: bytesOf(1, 68) }];
}

test("1,200 sessions are looked up in three pieces, each in a turn of its own, and one that is gone is forgotten", async () => {
  const wakes: (() => void)[] = [];
  const asked: number[] = [];
  const gone = sessionOf(1_100);
  const clock = {
    now: () => epoch,
    wakeAt(_at: number, wake: () => void) {
      wakes.push(wake);
      return () => {};
    },
  };
  const rows = new Map<string, SessionRow>();
  const accounts = {
    async readSessions(tokens: readonly Uint8Array[]) {
      asked.push(tokens.length);
      return tokens.flatMap((token) => rows.get(Buffer.from(token).toString("hex")) ?? []);
    },
    dropEndedSessions: async () => {},
  };
  const vault = { isOpen: () => true, lock: () => {} };
  const ports = { clock, store: { accounts }, vault, log: { write: () => {} } } as unknown as Ports;
  const options = { lifetimeMs: 3_600_000, opened: () => {}, locked: () => {} };
  const sessions = new Sessions(ports, {} as never, {} as never, options);
  for (let number = 0; number < 1_200; number++) {
    const [token, row] = sessionOf(number);
    sessions.know(token, row);
    if (token !== gone[0]) rows.set(Buffer.from(row.token).toString("hex"), row);
  }
  sessions.start();
  for (const pieces of [1, 2, 3]) {
    const wake = wakes.shift();
    assert.ok(wake !== undefined);
    wake();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    assert.equal(asked.length, pieces);
  }
  assert.deepEqual(asked, [500, 500, 200]);
  assert.equal((await sessions.find(sessionOf(1_099)[0]))?.tenant, tenant);
  assert.equal(await sessions.find(gone[0]), null);
  sessions.stop();
});
