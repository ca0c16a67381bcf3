// Writes docs/reference/openapi.json: the description of the HTTP API, from its routes.
//
// Usage: node scripts/write-open-api.ts

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeOpenApi } from "../src/server/open-api/write-open-api.ts";
import { allRoutes } from "../src/server/routes/all-routes.ts";

const path = join(import.meta.dirname, "../docs/reference/openapi.json");
writeFileSync(path, `${JSON.stringify(writeOpenApi(allRoutes), null, 2)}\n`);
