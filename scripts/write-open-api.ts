// Writes the description of the HTTP API from its routes, docs/reference/openapi.json, and from it the types of the client.
//
// Usage: node scripts/write-open-api.ts

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeOpenApi } from "../src/server/open-api/write-open-api.ts";
import { allRoutes } from "../src/server/routes/all-routes.ts";
import { clientTypes } from "./client-types.ts";

const root = join(import.meta.dirname, "..");
const described = writeOpenApi(allRoutes);
writeFileSync(join(root, "docs/reference/openapi.json"), `${JSON.stringify(described, null, 2)}\n`);

const folder = join(root, "src/client/api");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, text] of clientTypes(described)) writeFileSync(join(folder, name), text);
