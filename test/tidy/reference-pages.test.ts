// The tables of the reference name every route, every command with its options, and every method of the client.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { settingNames } from "../../src/app/setting-of.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { servedRoutes } from "../../src/server/routes/all-routes.ts";
import { clientMethods } from "../client/client-methods.ts";
import { listFiles, readSource, root } from "./source-files.ts";

const reference = join(root, "docs/reference");
const page = (name: string) => readFileSync(join(reference, name), "utf8");

/** Code in the first cell of each row. */
function firstCells(text: string): readonly string[] {
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => {
    const cell = row.split(/(?<!\\)\|/)[1] ?? "";
    return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => (code ?? "").replaceAll("\\|", "|"));
  });
}

test("the HTTP API's page has every route, and no other", () => {
  const told = firstCells(page("http-api.md")).filter((code) => /^[A-Z]+ \//.test(code));
  const there = servedRoutes.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual([...told].sort(), [...there].sort());
});

/** `runs get` and its options, of every command that does something. */
function commandsOf(command: Command, path: readonly string[]): readonly string[] {
  if (command.commands.length > 0) {
    return command.commands.flatMap((one) => commandsOf(one, [...path, one.name()]));
  }
  const options = command.options
    .map((option) => option.long ?? "")
    .filter((name) => name !== "--json" && name !== "--tenant");
  return [[path.join(" "), ...options.sort()].join(" ")];
}

test("the command line's page has every command with its options, and no other", () => {
  const told = firstCells(page("cli.md"))
    .filter((code) => /^[a-z]/.test(code))
    .map((code) => {
      const options = code.match(/--[a-z-]+/g) ?? [];
      const name = code.split(/ (?:[A-Z]|\[|--)/, 1)[0] ?? "";
      return [name, ...options.sort()].join(" ");
    });
  const program = buildProgram("0", () => async () => {});
  assert.deepEqual([...told].sort(), [...commandsOf(program, [])].sort());
});

test("the configuration's page has every variable, and no other", () => {
  const told = firstCells(page("configuration.md")).filter((code) => code.startsWith("DISPATCHED_"));
  assert.deepEqual([...new Set(told)].sort(), [...settingNames].sort());
});

test("variables are read where an empty one counts as none", () => {
  const unread = /env\[["'`]DISPATCHED_\w+["'`]\](?! = )/;
  const wrong = listFiles().filter(
    (path) => /^src\/.*\.ts$/.test(path) && unread.test(readSource(path).text),
  );
  assert.deepEqual(wrong, []);
});

test("the client's page has every method, and no other", () => {
  const told = firstCells(page("client.md")).map((code) => code.replace(/\(.*/, ""));
  assert.deepEqual([...told].sort(), [...clientMethods().keys()].sort());
});

test("what the documentation links is there", () => {
  const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file));
  for (const file of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", ...pages]) {
    const text = readFileSync(join(root, file), "utf8");
    for (const [, target = "", place] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)]*))?\)/g)) {
      if (/^https?:/.test(target)) continue;
      const linked = target === "" ? join(root, file) : join(root, dirname(file), target);
      assert.ok(existsSync(linked), `${file} links ${target}`);
      if (place === undefined) continue;
      assert.ok(anchorsOf(readFileSync(linked, "utf8")).includes(place), `${file} links ${target}#${place}`);
    }
  }
});

/** Places of headings, as GitHub names them. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
