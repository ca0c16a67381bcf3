// Writes docs/reference/limits.md anew from the table of limits.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { limitsPage } from "./limits-page.ts";

writeFileSync(join(import.meta.dirname, "../docs/reference/limits.md"), limitsPage());
