// Writes docs/errors and their list anew from the tables of codes.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorIndex, errorPages } from "./error-pages.ts";

const folder = join(import.meta.dirname, "../docs/errors");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [code, page] of errorPages()) writeFileSync(join(folder, `${code}.md`), page);
writeFileSync(`${folder}.md`, errorIndex());
