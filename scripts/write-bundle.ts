// Bundles what `DISPATCHED_ENTRY` may name in a clone: .tsbuild/app/main.js.
//
// Usage: node scripts/write-bundle.ts

import { join } from "node:path";
import { bundle } from "./bundle.ts";

await bundle(join(import.meta.dirname, "../.tsbuild/app"));
