// Runs the conformance suites that lie in a folder: `npm run conformance -- DIR`.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { aesGcm } from "./aes-gcm.ts";
import { hkdf } from "./hkdf.ts";
import { hmac } from "./hmac.ts";
import { hpke } from "./hpke.ts";
import { jsonPath } from "./json-path.ts";
import { noise } from "./noise.ts";
import { structuredFields } from "./structured-fields.ts";
import type { Suite } from "./suite.ts";
import { x25519 } from "./x25519.ts";

const suites: readonly Suite[] = [
  ...aesGcm,
  ...hkdf,
  ...hmac,
  ...x25519,
  ...noise,
  ...hpke,
  jsonPath,
  ...structuredFields,
];

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: npm run conformance -- DIR");
  process.exit(2);
}
const held = suites.map((suite) => runSuite(suite, join(folder, suite.file)));
const covered = suites.map((suite) => suite.file);
for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
  const name = file.replaceAll(sep, "/");
  if (name.endsWith(".json") && !covered.includes(name))
    console.log(`${name}: NOT COVERED, no suite reads it`);
}
process.exit(held.every(Boolean) ? 0 : 1);

function runSuite(suite: Suite, path: string): boolean {
  if (!existsSync(path)) {
    console.log(`${suite.name}: NOT RUN, there is no ${suite.file}`);
    return true;
  }
  const { cases, failures, known = [] } = suite.run(readFileSync(path, "utf8"));
  console.log(`${suite.name}: ${cases - failures.length - known.length} of ${cases}`);
  for (const line of known) console.log(`  known: ${line}`);
  for (const failure of failures) console.log(`  ${failure}`);
  return cases > 0 && failures.length === 0;
}
