// The engine of the sealing benchmark: as `dispatched dev` runs it, or with a vault that seals nothing.
//
// Usage: node bench/sealing-engine.ts sealed|plain, with DISPATCHED_HOME

import { readConfiguration } from "../src/app/configuration.ts";
import { LineLog } from "../src/app/line-log.ts";
import { openLocal } from "../src/app/open-local.ts";
import type { DataKey } from "../src/ports/vault.ts";
import { EngineKeys } from "../src/vault/engine-keys.ts";
import { EngineVault } from "../src/vault/engine-vault.ts";

const secrets = { epoch: 0, chain: new Uint8Array(32).fill(1), integrity: new Uint8Array(32).fill(2) };
const noKey: DataKey = { id: "none" };
const wrap = new Uint8Array(77);

/** Data go into the store as they are; keys are made, wrapped and opened at no cost. Lookups are hashed as ever. */
class PlainVault extends EngineVault {
  override createKey() {
    return { key: noKey, kept: { key: wrap, live: this.wrapLive() } };
  }

  override unwrapKey() {
    return noKey;
  }

  override wrapLive() {
    const live = wrap.slice();
    live[0] = 1;
    live.set(this.epochs.id(0), 1);
    return live;
  }

  override seal(_key: DataKey, _place: unknown, plain: Uint8Array) {
    return plain;
  }

  override open(_key: DataKey, _place: unknown, sealed: Uint8Array) {
    return sealed;
  }
}

const configuration = readConfiguration(process.env, { port: "0" });
const vault = process.argv[2] === "plain" ? new PlainVault(new EngineKeys(secrets, () => {})) : null;
const dispatched = await openLocal(configuration, {
  log: new LineLog("warn"),
  ...(vault === null ? {} : { vault }),
});
console.log(`ready ${dispatched.url}`);
process.on("SIGTERM", () => void dispatched.close().then(() => process.exit(0)));
