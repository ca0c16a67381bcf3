// A process that does nothing but ratchet the engine's key, and says each epoch that is done.
//
// Usage: node test/crash/ratchet-process.ts HOME

import { writeSync } from "node:fs";
import { join } from "node:path";
import { EngineKeys } from "../../src/vault/engine-keys.ts";

const home = process.argv[2] ?? "";
const keys = EngineKeys.open({
  keysFolder: join(home, "keys"),
  dataFolder: join(home, "data"),
  create: true,
});
writeSync(1, `opened ${keys.oldest}\n`);
for (;;) {
  const next = keys.oldest + 1;
  keys.advanceTo(next);
  keys.ratchetTo(next);
  // Straight to the pipe: what was said was done before.
  writeSync(1, `done ${next} ${Buffer.from(keys.id(next)).toString("hex")}\n`);
}
