// The names that the reference of Lua lists are those that a script has.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createLua } from "../../src/sandbox/lua/create-lua.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/reference/lua.md"), "utf8");
const lua = await createLua();

test("the names are those that exist", () => {
  const table = /\| name \|[\s\S]*?\n\n/.exec(page)?.[0] ?? "";
  const cells = [...table.matchAll(/^\| (`.*?) \|/gm)].map(([, cell]) => cell ?? "");
  const listed = cells.flatMap((cell) => [...cell.matchAll(/`([^`]*)`/g)].map(([, code]) => code ?? ""));
  const names = listed
    .flatMap((code) => code.replace(/\(.*\)/, "").split(" "))
    .filter((name) => name !== "secrets");
  const libraries = ["json", "base64", "crypto", "time"];
  const expressions = names.map((name) => `['${name}'] = ${name} ~= nil`);
  const exist = lua.evaluate({ source: `return { ${expressions.join(", ")} }`, context: {}, now: 0 });
  assert.deepEqual(exist, { ok: true, value: Object.fromEntries(names.map((name) => [name, true])) });
  const source = `
    local all = {}
    for name, value in pairs(_ENV) do
      if ('${libraries.join(" ")}'):find(name, 1, true) then for key in pairs(value) do all[#all + 1] = name .. '.' .. key end
      else all[#all + 1] = name end
    end
    table.sort(all)
    return all`;
  assert.deepEqual(lua.evaluate({ source, context: {}, now: 0 }), { ok: true, value: [...names].sort() });
});
