// Engines over one store in memory, with the vault that products have, for tests of the audit log.

import { Engine } from "../../src/engine/engine.ts";
import type { EngineOptions } from "../../src/engine/options.ts";
import type { Caller } from "../../src/ports/caller.ts";
import type { Store } from "../../src/ports/store.ts";
import type { TenantKeys } from "../../src/ports/vault.ts";
import { createInlineSandbox } from "../../src/sandbox/inline-sandbox.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { TenantId } from "../../src/value/id.ts";
import type { Json } from "../../src/value/json.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { PooledEntropy } from "../../src/vault/pooled-entropy.ts";
import { HandClock } from "./hand-clock.ts";

const sandbox = await createInlineSandbox();
const newKeys: TenantKeys = { generation: 1, sealKey: null, check: null };

export const tenant = "ten_test" as TenantId;
export const startAt = Date.UTC(2026, 0, 5, 12);

/** What starts a run by a request with this body. */
export function posted(body: Json) {
  return { type: "http", body, rawBody: null, headers: {}, query: {}, method: "POST" } as const;
}

export class AuditStage {
  readonly clock = new HandClock(startAt);
  readonly store = new MemoryStore({ exclusive: false });
  keys = newKeys;
  /** What calls go to; a test that calls anything puts its own here. */
  caller: Caller = {
    call: () => {
      throw new Error("nothing is to be called");
    },
  };

  /** Another process: its vault, with the tenant signed in or only known there. */
  vault(signedIn: boolean): EngineVault {
    const secrets = { epoch: 0, chain: new Uint8Array(32), integrity: new Uint8Array(32) };
    const vault = new EngineVault(new EngineKeys(secrets, () => {}));
    if (signedIn) this.keys = vault.unlock(tenant, this.keys, new Uint8Array(32));
    else vault.admit(tenant, this.keys);
    return vault;
  }

  /** Up and running. @param store another in place of the stage's own, which it stands before */
  async engine(
    vault: EngineVault,
    store: Store = this.store,
    options: Partial<EngineOptions> = {},
  ): Promise<Engine> {
    const engine = new Engine(
      {
        store,
        vault,
        clock: this.clock,
        entropy: new PooledEntropy(),
        caller: { call: (request) => this.caller.call(request) },
        sandbox,
        log: { write: () => {} },
      },
      { leaseTtlMs: 600_000, parkAfterMs: 1_000, ...options },
    );
    await engine.start();
    return engine;
  }
}
