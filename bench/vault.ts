// What sealing costs: microseconds an operation, best of several rounds, so that a noisy machine shows least.

import type { Place } from "../src/ports/vault.ts";
import type { TenantId } from "../src/value/id.ts";
import { EngineKeys } from "../src/vault/engine-keys.ts";
import { EngineVault } from "../src/vault/engine-vault.ts";

const rounds = 25;
const tenant = "ten_01jd0000000000000000000000" as TenantId;
const place: Place = {
  tenant,
  table: "event",
  column: "body",
  row: "run_01jd0000000000000000000000",
  version: 3,
};
const vault = new EngineVault(
  new EngineKeys(
    { epoch: 0, chain: new Uint8Array(32).fill(1), integrity: new Uint8Array(32).fill(2) },
    () => {},
  ),
);
vault.unlock(tenant, { generation: 1, sealKey: null, check: null }, new Uint8Array(32).fill(3));
const { key, kept } = vault.createKey(place, { live: true });
const live = { ...kept, key: kept.key.map((byte, at) => (at === 1 ? byte ^ 1 : byte)) };

function measure(name: string, count: number, operation: () => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.hrtime.bigint();
    for (let index = 0; index < count; index++) operation();
    best = Math.min(best, Number(process.hrtime.bigint() - before) / count / 1000);
  }
  console.log(`${name.padEnd(24)} ${best.toFixed(2).padStart(8)} µs`);
}

for (const size of [100, 1024, 4096, 65_536]) {
  const plain = new Uint8Array(size);
  const sealed = vault.seal(key, place, plain);
  measure(`seal ${size} bytes`, 20_000_000 / (size + 1000), () => vault.seal(key, place, plain));
  measure(`open ${size} bytes`, 20_000_000 / (size + 1000), () => vault.open(key, place, sealed));
}
measure("create a data key", 5000, () => vault.createKey(place));
measure("create a live data key", 5000, () => vault.createKey(place, { live: true }));
measure("unwrap for the tenant", 5000, () => vault.unwrapKey(place, kept));
measure("unwrap by the engine", 5000, () => vault.unwrapKey(place, live));
measure("hash a label", 10_000, () => vault.hash(tenant, "label", "customer=4711"));
