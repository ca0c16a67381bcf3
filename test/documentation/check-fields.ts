// Holds a table of fields against the published schema: the same names, the same defaults.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FieldTable } from "./examples-of.ts";

interface Definition {
  readonly properties: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly required?: readonly string[];
}

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../docs/reference/workflow.schema.json"), "utf8"),
) as { readonly $defs: Readonly<Record<string, Definition>> };

/** Names of definitions with fields, which the pages must all describe. */
export const definitions: readonly string[] = Object.entries(schema.$defs)
  .filter(([name, { properties }]) => properties !== undefined && name !== "expression")
  .map(([name]) => name);

/** The first column is the field, the second its default: `required`, a value in code, or words where it has none. */
export function checkFields({ of, rows }: FieldTable): void {
  const definition = schema.$defs[of];
  assert.ok(definition !== undefined, `the schema has no ${of}`);
  const told = rows.flatMap(([names = "", byDefault = ""]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => [name ?? "", byDefault] as const),
  );
  const names = Object.keys(definition.properties);
  assert.deepEqual(told.map(([name]) => name).sort(), [...names].sort());
  for (const [name, byDefault] of told) {
    const value = definition.properties[name]?.default;
    if (definition.required?.includes(name) === true) assert.equal(byDefault, "required", name);
    else if (value === undefined)
      assert.ok(!byDefault.startsWith("`") && byDefault !== "required", `${of}.${name} has no default`);
    else {
      const shown = typeof value === "string" ? value : JSON.stringify(value);
      assert.ok(byDefault.startsWith(`\`${shown}\``), `${name} is ${shown} by default, not ${byDefault}`);
    }
  }
}
