// The agent looks on, waits longer while nothing helps, tells each trouble once, and stops when it is told to.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { ClientError } from "../client/client-error.ts";
import { UnlockAgent } from "./unlock-agent.ts";

test("it looks again and again, with longer pauses while nothing helps, and tells each trouble once", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const told: string[] = [];
  const log = {
    write: (_level: string, event: string, data: object) =>
      void told.push(`${event} ${JSON.stringify(data)}`),
  };
  const codes: (string | null)[] = [null, "unreachable", "unreachable", "handshake_refused", null, null];
  let looks = 0;
  const look = async () => {
    const code = codes[looks++] ?? null;
    if (code !== null) throw new ClientError(code, 0, code, null);
  };
  const agent = new UnlockAgent(look, log, { lookMs: 100, backoffMaxMs: 350 });
  const settle = async () => {
    for (let turns = 0; turns < 10; turns++) await null;
  };
  agent.start();
  await settle();
  // After the first look: 100 ms; then 200, 350 and 350 after each failure; then 100 again.
  for (const [ms, expected] of [
    [99, 1],
    [1, 2],
    [199, 2],
    [1, 3],
    [349, 3],
    [1, 4],
    [349, 4],
    [1, 5],
    [100, 6],
  ] as const) {
    mock.timers.tick(ms);
    await settle();
    assert.equal(looks, expected);
  }
  assert.deepEqual(told, [
    'agent.sign_in_failed {"code":"unreachable"}',
    'agent.sign_in_failed {"code":"handshake_refused"}',
    "agent.open_again {}",
  ]);
  agent.stop();
  mock.timers.tick(10_000);
  await settle();
  assert.equal(looks, 6);
  mock.timers.reset();
});
