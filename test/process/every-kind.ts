// A tenant with a record of every kind that keeps a data key, over any store, with the vault that products have.

import { Audit } from "../../src/engine/audit.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { EngineOptions } from "../../src/engine/options.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { codedRow } from "../../src/engine/tenant-row.ts";
import { Tenants } from "../../src/engine/tenants.ts";
import type { Caller } from "../../src/ports/caller.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { KeptRecord } from "../../src/ports/key-store.ts";
import type { Store } from "../../src/ports/store.ts";
import { createInlineSandbox } from "../../src/sandbox/inline-sandbox.ts";
import type { RunId, TenantId } from "../../src/value/id.ts";
import { PooledEntropy } from "../../src/vault/pooled-entropy.ts";
import { vaultOf, wrappingKeys } from "./filled-tenant.ts";

export const everyTenant = "ten_00000000000000000000000001" as TenantId;
const sandbox = await createInlineSandbox();
const day = 86_400_000;

export interface Node {
  readonly engine: Engine;
  readonly ports: EnginePorts;
  row(): Promise<NonNullable<Awaited<ReturnType<Tenants["read"]>>>>;
  /** By the wrapping key of this generation. */
  signIn(generation: 1 | 2): Promise<void>;
  rotate(deep: boolean): Promise<void>;
}

/** Of the machine; what is to come later keeps no process alive. */
const clock: Clock = {
  now: () => Date.now(),
  wakeAt(at, fire) {
    const timer = setTimeout(fire, Math.min(Math.max(0, at - Date.now()), day)).unref();
    return () => clearTimeout(timer);
  },
};

const noCaller: Caller = {
  call: () => {
    throw new Error("nothing is to be called");
  },
};

/** A node that has just started: the tenant is neither known nor open there. */
export async function startNode(
  store: Store,
  caller = noCaller,
  options: Partial<EngineOptions> = {},
): Promise<Node> {
  const [entropy, vault, log] = [new PooledEntropy(), vaultOf(), { write: () => {} }];
  const ports: EnginePorts = { store, vault, clock, entropy, caller, sandbox, log };
  const engine = new Engine(ports, { parkAfterMs: 50, rotationPage: 3, ...options });
  const tenants = new Tenants(ports, new Audit(ports));
  if ((await tenants.read(everyTenant)) === null) await register(ports);
  await engine.start();
  const row = async () => {
    const found = await tenants.read(everyTenant);
    if (found === null) throw new Error("the tenant is not there");
    return found;
  };
  return {
    engine,
    ports,
    row,
    async signIn(generation) {
      vault.unlock(everyTenant, await row(), wrappingKeys[generation - 1] as Uint8Array);
      engine.unlocked(everyTenant);
    },
    async rotate(deep) {
      const before = await row();
      const next = { publicKey: entropy.bytes(32), wrappingKey: wrappingKeys[1].slice(), deep };
      await engine.rotations.begin(before, next, async ({ row: changed, rotation }) => {
        const change = { before: before.code, row: tenants.withCode(changed) };
        const use = { jti: "rotate", expiresAt: clock.now(), session: null, ends: "sessions" as const };
        const result = await store.accounts.useHandshake(everyTenant, { ...use, change, rotation });
        if (result !== "used") throw new Error(`the handshake was ${result}`);
      });
    },
  };
}

async function register({ store, vault, clock }: EnginePorts): Promise<void> {
  const first = { generation: 1, sealKey: null, check: null };
  const keys = vault.unlock(everyTenant, first, wrappingKeys[0]);
  vault.lock(everyTenant);
  const [publicKey, apiKey] = [new Uint8Array(32).fill(9), new Uint8Array(32).fill(8)];
  const row = { tenant: everyTenant, ...keys, publicKey, apiKey, createdAt: clock.now() };
  await store.accounts.createTenant(codedRow(vault, row));
}

const documents = {
  child: "triggers: [{type: http}]\nsteps: {said: {value: 1}}",
  parent: "triggers: [{type: http}]\nsteps: {sub: {workflow: {name: child}}}",
  waits: "triggers: [{type: http}]\nsteps: {go: {wait: {signal: go}}}",
  heard: "triggers: [{type: event, event: order.paid}]\nsteps: {one: {value: 2}}",
};

export function startOf(workflow: string) {
  const trigger = { type: "http", method: "POST", headers: {}, query: {}, body: {}, rawBody: "{}" } as const;
  return { workflow, version: null, trigger, idempotencyKey: null };
}

/** The tenant is open there before, and locked afterwards. */
export async function fillEveryKind({ engine, ports }: Node): Promise<void> {
  for (const [name, text] of Object.entries(documents)) {
    const put = { name, text: `name: ${name}\nversion: 1\n${text}`, format: "yaml" as const, dryRun: false };
    await engine.putWorkflow(everyTenant, put);
  }
  await engine.putSecret(everyTenant, "API_KEY", { value: "a secret of some length" });
  await engine.startRun(everyTenant, startOf("parent"));
  await engine.startRun(everyTenant, startOf("waits"));
  const { token } = await engine.hooks.create(everyTenant, { workflow: "child", quota: null });
  const content = { method: "POST", headers: {}, query: {}, body: "{", whole: true } as const;
  await engine.deliveries.refuse(token, { ...content, encoding: "utf-8" }, "invalid_json");
  const expiresAt = Date.now() + day;
  const grant = { triggers: ["key" as const], hosts: [], verify: false, expiresAt };
  await engine.grants.make(everyTenant, { workflow: "waits", ...grant });
  await untilEnded(engine, 2);
  ports.vault.lock(everyTenant);
  engine.locked(everyTenant);
  await engine.acceptStart(everyTenant, startOf("child"));
  const event = { id: "1", source: "shop", type: "order.paid", specversion: "1.0" as const };
  await engine.putEvents(everyTenant, [event]);
}

/** So many runs have ended. */
export async function untilEnded(engine: Engine, count: number): Promise<readonly RunId[]> {
  for (let tries = 0; tries < 500; tries++) {
    const { rows } = await engine.listRuns(everyTenant, { statuses: ["completed"] }, null, 100);
    if (rows.length >= count) return rows.map(({ id }) => id);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${count} runs do not end`);
}

export async function allRecords(store: Store): Promise<readonly KeptRecord[]> {
  return (await store.keys.list(everyTenant, null, 1_000, true)).rows;
}
