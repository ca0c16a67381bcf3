// Nodes over one store and one engine key, with a clock that a test turns: for tests of tenants and sessions.

import { randomBytes } from "node:crypto";
import { Audit } from "../../src/engine/audit.ts";
import { AuditExport } from "../../src/engine/audit-export.ts";
import { AuditReader } from "../../src/engine/audit-reader.ts";
import type { RunTokens } from "../../src/engine/run-tokens.ts";
import { type AccountOptions, TenantAccounts } from "../../src/engine/tenant-accounts.ts";
import { Tenants } from "../../src/engine/tenants.ts";
import type { Purpose } from "../../src/handshake/prologue.ts";
import { beginSignIn } from "../../src/handshake/sign-in.ts";
import { wrappingKeyOf } from "../../src/handshake/tenant-keys.ts";
import type { Vault } from "../../src/ports/vault.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { TenantId } from "../../src/value/id.ts";
import type { Json, JsonObject } from "../../src/value/json.ts";
import { AnswerHandshake } from "../../src/vault/answer-handshake.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";

const entropy = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
const origin = "http://127.0.0.1:4000";
const serverKey = nodeSuite.privateKey(new Uint8Array(32).fill(9));

export class TestClock {
  #now = 1_750_000_000_000;
  readonly #wakes = new Set<{ readonly at: number; readonly wake: () => void }>();

  now(): number {
    return this.#now;
  }

  wakeAt(at: number, wake: () => void): () => void {
    const entry = { at, wake };
    this.#wakes.add(entry);
    return () => this.#wakes.delete(entry);
  }

  /** In steps, so that what is woken can ask to be woken again. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    while (this.#now < end) {
      this.#now = Math.min(this.#now + 250, end);
      for (const entry of [...this.#wakes].filter(({ at }) => at <= this.#now)) {
        this.#wakes.delete(entry);
        entry.wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** What nodes share. */
export class TestWorld {
  readonly clock = new TestClock();
  readonly store = new MemoryStore({ exclusive: false });

  node(options: Partial<AccountOptions> = {}): TestNode {
    return new TestNode(this, options);
  }
}

export class TestNode {
  readonly vault: Vault;
  readonly audit: Audit;
  readonly tenants: Tenants;
  readonly accounts: TenantAccounts;
  /** `opened` and `locked` of tenants, in order. */
  readonly told: string[] = [];
  readonly errors: string[] = [];

  constructor({ clock, store }: TestWorld, options: Partial<AccountOptions>) {
    const secrets = { epoch: 0, chain: new Uint8Array(32).fill(1), integrity: new Uint8Array(32).fill(2) };
    const keys = new EngineKeys(secrets, () => {});
    this.vault = new EngineVault(keys, entropy);
    // As an engine does at its start; a second node finds it there.
    void store.epochs.beginEpoch({ epoch: 0, keyId: keys.id(0), begunAt: clock.now() }, null);
    const log = { write: (level: string, event: string) => void this.errors.push(`${level} ${event}`) };
    const ports = { clock, store, vault: this.vault, entropy, log };
    const audit = new Audit(ports);
    this.audit = audit;
    this.tenants = new Tenants(ports, audit);
    const answering = {
      suite: nodeSuite,
      entropy,
      origin,
      serverKeys: [serverKey],
      cookieKey: keys.cookieKey,
    };
    const handshakes = new AnswerHandshake(answering);
    const engine = {
      tenants: this.tenants,
      audit,
      auditExport: new AuditExport(ports, new AuditReader(ports)),
      runTokens: { read: async () => null } as unknown as RunTokens,
      unlocked: (tenant: TenantId) => void this.told.push(`opened ${tenant}`),
      locked: (tenant: TenantId) => void this.told.push(`locked ${tenant}`),
      deleted: () => void this.told.push("deleted"),
    };
    this.accounts = new TenantAccounts({ ...ports, handshakes: () => handshakes }, engine, {
      registration: { type: "open" },
      sessionMs: 3_600_000,
      actions: {},
      ...options,
    });
    this.accounts.start();
  }
}

/** The device of a tenant. */
export class TestDevice {
  readonly tenant: TenantId;
  apiKey: string;
  readonly #privateKey: Uint8Array;

  private constructor(tenant: TenantId, apiKey: string, privateKey: Uint8Array) {
    this.tenant = tenant;
    this.apiKey = apiKey;
    this.#privateKey = privateKey;
  }

  static async register({ accounts }: TestNode, address = "a"): Promise<TestDevice> {
    const privateKey = entropy.bytes(32);
    const { publicKey } = nodeSuite.privateKey(privateKey);
    const made = await accounts.createTenant(publicKey, null, address);
    return new TestDevice(made.tenant, made.apiKey, privateKey);
  }

  get wrappingKey(): Uint8Array {
    return wrappingKeyOf(nodeSuite, this.#privateKey, { tenant: this.tenant, generation: 1 });
  }

  begin(purpose: Purpose = "session", action: JsonObject | null = null, privateKey = this.#privateKey) {
    return beginSignIn({
      suite: nodeSuite,
      randomness: entropy,
      terms: { origin, owner: { tenant: this.tenant, generation: 1 }, purpose, apiKey: this.apiKey },
      privateKey,
      pins: [serverKey.publicKey],
      ...(action === null ? {} : { action }),
    });
  }

  /** The whole handshake, or as far as message 3 with `confirm` false: its body can then be sent where one likes. */
  async handshake(node: TestNode, purpose: Purpose, action: JsonObject | null = null) {
    const { body, taken } = await this.upToMessage3(node, purpose, action);
    return taken(await node.accounts.confirmHandshake(body, "a"));
  }

  async upToMessage3(node: TestNode, purpose: Purpose = "session", action: JsonObject | null = null) {
    const begun = this.begin(purpose, action);
    const answered = begun.takeAnswer(await node.accounts.beginHandshake(this.apiKey, begun.body, "a"));
    if (!answered.ok) throw new Error(answered.problem);
    const { body, takeConfirmation } = answered.next;
    const taken = (answer: Json) => {
      const confirmation = takeConfirmation(answer);
      if (!confirmation.ok) throw new Error(confirmation.problem);
      return confirmation.next;
    };
    return { body, taken };
  }

  /** The token of a new session. */
  async signIn(node: TestNode): Promise<string> {
    const { session } = await this.handshake(node, "session");
    if (session === null) throw new Error("no session");
    return session;
  }
}
