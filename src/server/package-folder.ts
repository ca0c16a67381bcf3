// The folder of the package, in which documentation, examples and dashboard stand.

import { join } from "node:path";

/** This file stands two folders below it, and so do the files into which everything is bundled (`scripts/bundle.ts`). */
export const packageFolder = join(import.meta.dirname, "../..");
