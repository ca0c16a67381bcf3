// Run tokens: of one run only, for a day.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newRunId, newTenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { EngineKeys } from "../vault/engine-keys.ts";
import { EngineVault } from "../vault/engine-vault.ts";
import type { EnginePorts } from "./ports.ts";
import { createRunKey } from "./run-log.ts";
import { mintRunToken } from "./run-token.ts";
import { RunTokens } from "./run-tokens.ts";
import type { Runs } from "./runs.ts";

const hourMs = 3_600_000;
const start = 480_000 * hourMs + 1_800_000;

function setUp() {
  const secrets = { epoch: 0, chain: new Uint8Array(32).fill(1), integrity: new Uint8Array(32).fill(2) };
  const vault = new EngineVault(new EngineKeys(secrets, () => {}));
  const tenant = newTenantId(start, new Uint8Array(10).fill(7));
  vault.unlock(tenant, { generation: 1, sealKey: null, check: null }, new Uint8Array(32).fill(3));
  const runs = [1, 2].map((number) => {
    const run = newRunId(start, new Uint8Array(10).fill(number));
    const { key } = createRunKey(vault, tenant, run, { attended: false, under: null });
    return { tenant, run, key };
  }) as unknown as readonly [Keyed, Keyed];
  let now = start;
  let status = "waiting";
  const ports = { vault, clock: { now: () => now }, store: { readRun: async () => null } };
  const inMemory = (of: string, id: string) => {
    const keyed = of === tenant ? runs.find(({ run }) => run === id) : undefined;
    return keyed === undefined ? null : { identity: keyed, state: { status } };
  };
  const tokens = new RunTokens(ports as unknown as EnginePorts, { inMemory } as unknown as Runs);
  const pass = (ms: number) => {
    now += ms;
  };
  const end = () => {
    status = "completed";
  };
  return { end, tenant, runs, ports: ports as unknown as EnginePorts, tokens, pass };
}

type Keyed = Parameters<typeof mintRunToken>[1];

test("a token opens its own run and no other", async () => {
  const { tenant, runs, ports, tokens } = setUp();
  const [mine, other] = runs;
  const token = mintRunToken(ports, mine);
  assert.match(token, /^dst_run_[\w-]{43}$/);
  assert.deepEqual(await tokens.read(token, mine.run), { tenant, fresh: token });
  assert.equal(await tokens.read(token, other.run), null);
  assert.equal(await tokens.read(mintRunToken(ports, other), mine.run), null);
  const stranger = mintRunToken(ports, { ...mine, tenant: newTenantId(start, new Uint8Array(10)) });
  assert.equal(await tokens.read(stranger, mine.run), null);
  for (const text of ["", "dst_run_x", token.replace("dst_run_", "dst_sess_"), `${token}A`]) {
    assert.equal(await tokens.read(text, mine.run), null, text);
  }
});

test("each of its characters counts", async () => {
  const { runs, ports, tokens } = setUp();
  const [mine] = runs;
  const token = mintRunToken(ports, mine);
  for (let at = "dst_run_".length; at < token.length; at++) {
    const other = token[at] === "A" ? "B" : "A";
    const altered = token.slice(0, at) + other + token.slice(at + 1);
    assert.equal(await tokens.read(altered, mine.run), null, `character ${at}`);
  }
});

test("one that cannot be checked, because its run is locked, opens as little as one that was made up", async () => {
  const { runs, ports } = setUp();
  const [mine] = runs;
  const locked = async () => {
    throw new DispatchedError("locked", "nobody is signed in");
  };
  const store = { readRun: async () => ({ status: "completed" }) };
  const tokens = new RunTokens(
    { ...ports, store } as unknown as EnginePorts,
    { inMemory: () => null, keys: { open: locked } } as unknown as Runs,
  );
  assert.equal(await tokens.read(mintRunToken(ports, mine), mine.run), null);
});

test("it ends after a day; while the run waits a fresh one comes with each reading", async () => {
  const { runs, ports, tokens, pass, end } = setUp();
  const [mine] = runs;
  const token = mintRunToken(ports, mine);
  pass(23 * hourMs);
  const fresh = (await tokens.read(token, mine.run))?.fresh ?? "";
  assert.notEqual(fresh, token);
  pass(hourMs);
  assert.equal(await tokens.read(token, mine.run), null, "a day later");
  assert.notEqual(await tokens.read(fresh, mine.run), null, "the fresh one");
  end();
  assert.equal((await tokens.read(fresh, mine.run))?.fresh, null, "none of a run that waits for nothing");
  pass(-3 * 24 * hourMs);
  assert.equal(await tokens.read(fresh, mine.run), null, "before it was made");
});
