// Writes the language's published JSON Schema from the tables that the checks read by.
//
// Usage: node scripts/write-language-schema.ts

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { workflowJsonSchema } from "../src/language/workflow-json-schema.ts";

const file = join(import.meta.dirname, "../docs/reference/workflow.schema.json");
writeFileSync(file, `${JSON.stringify(workflowJsonSchema(), null, 2)}\n`);
console.log(`wrote ${file}`);
