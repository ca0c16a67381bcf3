// A server of our own with two tenants who have stored one of everything, whose data and key file can be stolen at any moment.

import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { type Configuration, readConfiguration } from "../../src/app/configuration.ts";
import { LineLog } from "../../src/app/line-log.ts";
import { type Dispatched, openDispatched } from "../../src/app/open-dispatched.ts";
import { reseed } from "../../src/app/reseed.ts";
import type { Client } from "../../src/client/client.ts";
import type { Device } from "../../src/client/device.ts";
import { makeGrant } from "../../src/client/grants.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { turnEpochs } from "../../src/engine/turn-epochs.ts";
import { readKeyText } from "../../src/handshake/key-text.ts";
import { wrappingKeyOf } from "../../src/handshake/tenant-keys.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { TenantId } from "../../src/value/id.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { registerTenant } from "../process/second-tenant.ts";
import { until } from "../process/until.ts";

const hourMs = 3_600_000;

const head = (name: string, mode = "active-run") => `name: ${name}\nversion: 1\nmode: ${mode}\n`;
const http = "triggers: [{type: http}]\n";
const wait = "{wait: {signal: go}}";
const request = (secret: string) =>
  `request: {method: POST, url: "http://127.0.0.1:9/", headers: {x-key: "{{ secrets.${secret} }}"}}`;

const documents: Readonly<Record<string, string>> = {
  done: `${head("done")}${http}steps: {a: {value: "{{ trigger.body }}"}}\n`,
  waits: `${head("waits")}${http}steps: {go: ${wait}, ask: {after: [go], ${request("NAMED")}}}\n`,
  kid: `${head("kid")}triggers: []\nsteps: {go: ${wait}}\n`,
  parent: `${head("parent")}${http}steps: {kid: {workflow: {name: kid}}}\n`,
  attended: `${head("attended", "attended")}${http}steps: {go: ${wait}}\n`,
  granted: `${head("granted")}${http}steps: {ask: {${request("GRANTED")}}}\n`,
  timed: `${head("timed")}triggers: [{type: cron, schedule: "0 0 1 1 *"}, {type: event, event: paid}]\nsteps: {a: {value: 1}}\n`,
};

export interface Tenant {
  readonly device: Device;
  readonly client: Client;
  readonly runs: Readonly<Record<"done" | "waits" | "parent" | "attended", string>>;
  /** The path of its hook. */
  readonly hook: string;
}

/** What a thief carries away. */
export interface Loot {
  readonly database: string;
  /** With the engine's key as it was when the key file was taken, and no tenant signed in. */
  vault(): EngineVault;
}

export class ClaimStage {
  readonly home = mkdtempSync(join(tmpdir(), "dispatched-claim-"));
  readonly #configuration = readConfiguration(
    {
      DISPATCHED_ALLOWED_RANGES: "127.0.0.0/8",
      DISPATCHED_HOME: join(this.home, "server"),
      DISPATCHED_REGISTRATION: "open",
    },
    { port: "0" },
  );
  readonly log: string[] = [];
  #server: Dispatched | null = null;
  #copies = 0;

  get url(): string {
    if (this.#server === null) throw new Error("the server is not up");
    return this.#server.url;
  }

  get database(): string {
    return join(this.#configuration.dataFolder, "dispatched.db");
  }

  async start(): Promise<void> {
    const log = new LineLog("warn", { write: (line) => void this.log.push(line) });
    this.#server = await openDispatched(this.#configuration, { log });
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** The device, for the address that the server has now. */
  at(device: Device): Device {
    return { ...device, url: this.url, origin: this.url };
  }

  tenant(): Promise<Tenant> {
    return fillTenant(this.url);
  }

  /** Waits until the engine has closed what only runs of `workflow` needed: a few seconds after the last has ended. */
  async closed(workflow: string, { device }: Tenant): Promise<void> {
    const name = this.steal()
      .vault()
      .hash(device.tenant as TenantId, "workflow", workflow);
    const database = new Sqlite(this.database, { readonly: true });
    const live = database.prepare<[Uint8Array]>(
      "SELECT 1 FROM definition WHERE name = ? AND live IS NOT NULL",
    );
    try {
      while (live.get(name) !== undefined) await pause(50);
    } finally {
      database.close();
    }
  }

  /** Something that waits in the inbox of a locked tenant. */
  async knock({ device, hook }: Tenant): Promise<void> {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: '"knock"' };
    const answer = await fetch(`${this.url}${hook}`, init);
    if (answer.headers.get("dispatched-item") === null) throw new Error(`${device.tenant} is not locked`);
  }

  /** The files as they are now. */
  steal(): Loot {
    const folder = join(this.home, `loot${++this.#copies}`);
    const { dataFolder, keysFolder } = this.#configuration;
    cpSync(dataFolder, join(folder, "data"), { recursive: true });
    cpSync(keysFolder, join(folder, "keys"), { recursive: true });
    chmodSync(join(folder, "keys"), 0o700);
    const options = { keysFolder: join(folder, "keys"), dataFolder: join(folder, "data"), create: false };
    const vault = () => new EngineVault(EngineKeys.open(options));
    return { database: join(folder, "data", "dispatched.db"), vault };
  }

  /** As `dispatched engine-key reseed` does it. */
  async reseed(): Promise<void> {
    await reseed(this.#configuration, Date.now());
  }

  /** As `passDays`, while the server is down. */
  passDays(days: number): Promise<void> {
    return passDays(this.#configuration, days);
  }
}

/** Days go by while no server is up: epochs begin, and are retired and destroyed as far as they can be. */
export async function passDays(
  { dataFolder, keysFolder }: Pick<Configuration, "dataFolder" | "keysFolder">,
  days: number,
): Promise<void> {
  const store = await SqliteStore.open(dataFolder);
  const vault = new EngineVault(EngineKeys.open({ keysFolder, dataFolder, create: false }));
  let now = Date.now();
  const fence = await store.openLease({ node: "local", now, ttlMs: 1000 * hourMs });
  for (let day = 0; day < days; day++) {
    now += 25 * hourMs;
    // As the engine does: sessions have long ended by then.
    await store.accounts.dropEndedSessions(now);
    await turnEpochs(
      {
        store: store.epochs,
        keys: vault.epochs,
        rewrap: ({ place, wrapped }) => vault.rewrapLive(place, wrapped),
        now: () => now,
      },
      { node: "local", retentionMs: 24 * hourMs, isStopped: () => false },
    );
  }
  await store.closeLease(fence, []);
  await store.close();
}

/** Registered, signed in, with one of everything stored; what is to be locked is still open. */
export async function fillTenant(url: string): Promise<Tenant> {
  const device = await registerTenant(url);
  const { client } = await signIn(device);
  for (const name of ["NAMED", "UNNAMED", "GRANTED"]) await client.putSecret(name, `the value of ${name}`);
  for (const [name, text] of Object.entries(documents)) await client.putWorkflow(name, text, "yaml");
  const hook = new URL((await client.createHook("done")).url).pathname;
  await makeGrant(device, { workflow: "granted", triggers: ["key"], days: 1 });
  const runs: Record<string, string> = {};
  for (const name of ["done", "waits", "parent", "attended"]) {
    const { run } = await client.startRun(name, { body: JSON.stringify("a body that nobody reads") });
    await until(client, run, ({ status }) => status === (name === "done" ? "completed" : "waiting"));
    runs[name] = run;
  }
  await client.putEvent(JSON.stringify({ specversion: "1.0", id: "1", source: "/shop", type: "paid" }));
  return { device, client, runs: runs as Tenant["runs"], hook };
}

/** The key that opens all of a tenant's data. */
export function wrappingKey({ device }: Pick<Tenant, "device">): Uint8Array {
  const key = readKeyText(nodeSuite, "private", device.privateKey);
  if (!key.ok) throw new Error("no private key");
  return wrappingKeyOf(nodeSuite, key.bytes, { tenant: device.tenant as TenantId, generation: 1 });
}

/** Has `vault` open the tenant, as a sign-in does. */
export function unlock(vault: EngineVault, tenant: Pick<Tenant, "device">): EngineVault {
  vault.unlock(
    tenant.device.tenant as TenantId,
    { generation: 1, sealKey: null, check: null },
    wrappingKey(tenant),
  );
  return vault;
}
