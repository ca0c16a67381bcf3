// Holds docs/reference/dependencies.md and package.json together: each dependency says what it saves.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./source-files.ts";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What does not hold between a manifest and the page's text, one text each. */
function compare(manifest: Manifest, page: string): readonly string[] {
  const versions = {
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  };
  const listed = [...page.matchAll(/^\| (`[^|]+`) \|(.*)\|$/gm)].flatMap((row) =>
    // One line may speak for what is one thing in several packages.
    (row[1] ?? "").split(", ").map((name) => ({ name: name.slice(1, -1), saves: row[2] ?? "" })),
  );
  const names = listed.map(({ name }) => name);
  return [
    ...Object.keys(versions)
      .filter((name) => !names.includes(name))
      .map((name) => `${name} has no line`),
    ...names.filter((name) => !(name in versions)).map((name) => `${name} is no dependency`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} stands twice`),
    ...listed.filter(({ saves }) => saves.trim().length < 10).map(({ name }) => `${name} says nothing`),
    ...Object.entries(versions)
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${name} is not pinned: ${version}`),
  ];
}

test("every dependency is pinned, and has a line that says what it saves", () => {
  const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
  const { dependencies = {}, devDependencies = {} } = read("package.json");
  const dashboard = read("dashboard/package.json").devDependencies ?? {};
  const manifest = { dependencies, devDependencies: { ...devDependencies, ...dashboard } };
  const page = readFileSync(join(root, "docs/reference/dependencies.md"), "utf8");
  assert.deepEqual(compare(manifest, page), []);
});

test("a dependency that is new, gone, told twice, mute or not pinned is seen", () => {
  const page =
    "| `old` | something that was useful |\n| `mute` | |\n| `mute` | a line that comes twice |\n| `loose` | its version moves |\n";
  const manifest = { dependencies: { mute: "1.0.0", fresh: "2.0.0" }, devDependencies: { loose: "^1.2.3" } };
  assert.deepEqual(compare(manifest, page), [
    "fresh has no line",
    "old is no dependency",
    "mute stands twice",
    "mute says nothing",
    "loose is not pinned: ^1.2.3",
  ]);
});

test("the lock names no registry", () => {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  const hosts = [...lock.matchAll(/"resolved": "([^"]*)"/g)].map((match) => match[1]);
  // The dashboard is a folder of this repository.
  assert.deepEqual(hosts, ["dashboard"]);
});
