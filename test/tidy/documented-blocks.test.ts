// Every block of every page is executed: by whoever plays the page, or by the test that the page names before the block.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { buildProgram } from "../../src/cli/program.ts";
import { examplesOf } from "../documentation/examples-of.ts";
import { guideOf } from "../documentation/guide-of.ts";
import { heldBlocks, notHeld } from "../documentation/held-blocks.ts";
import {
  firstGuide,
  firstOfServer,
  guides,
  pagesOfExamples,
  pagesOfServer,
  partsOf,
  readme,
} from "../documentation/played-pages.ts";
import { type Part, readPage } from "../documentation/read-page.ts";
import { root } from "./source-files.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const pages = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];
const typed = new Set([firstGuide, ...guides, readme, firstOfServer, ...pagesOfServer]);
const ofExamples = new Set(pagesOfExamples);

/** Why these blocks are not simply typed. */
const holders: Readonly<Record<string, string>> = {
  "src/app/read-hosts.test.ts": "a setting, which is read",
  "src/engine/run-token-vector.test.ts": "bytes, which are made again",
  "test/api/events.test.ts": "an event, which is held against its schema",
  "test/client/verify-request.test.ts": "a service's code, and a request as it comes to a service",
  "test/e2e/first-mistakes.test.ts": "a command line that fails, on a machine without credentials",
  "test/e2e/engine-key.test.ts": "needs another machine that is gone: its row is made by hand",
  "test/handshake/vectors.test.ts": "messages between device and server, which are made again",
  "test/tidy/documented-blocks.test.ts": "the gate itself, of which only the names can be held",
  "test/verify-samples/main.ts": "needs Go and PHP, which are not everywhere: a stage of the long check",
};

/** Throws for a block that nobody executes. */
function check(page: string, parts: readonly Part[]): void {
  heldBlocks(page, parts);
  if (ofExamples.has(page)) examplesOf(page, parts);
  else if (typed.has(page)) guideOf(page, parts);
  else {
    const left = notHeld(parts).find(({ type }) => type === "block");
    assert.equal(left, undefined, `${page}:${left?.line}: nobody executes the block`);
  }
}

test("no block is left unexecuted", () => {
  for (const page of pages) check(page, partsOf(page));
});

test("a block on a page that nobody plays is seen, and one without a convention on any page", () => {
  const block = readPage("```sh\ndispatched status\n```\n");
  assert.throws(() => check("docs/reference/new.md", block), /new\.md:1: nobody executes the block/);
  assert.throws(() => check(firstGuide, readPage("```json body\n1\n```\n")), /is not executed here/);
  assert.throws(() => check("docs/new.md", readPage("<!-- held by a.ts -->\n\n# A\n")), /no block follows/);
  check("docs/new.md", readPage("<!-- held by a.ts -->\n```sh\ndispatched status\n```\n"));
});

test("a test that holds blocks is there, reads the page, and says why it is the one", () => {
  const named = new Set<string>();
  for (const page of pages) {
    for (const { by } of heldBlocks(page, partsOf(page))) {
      named.add(by);
      assert.ok(existsSync(join(root, by)), `${page} names ${by}`);
      assert.ok(read(by).includes(basename(page)), `${by} does not read ${page}`);
    }
  }
  assert.deepEqual([...named].sort(), Object.keys(holders).sort());
});

test("a block begins at the margin, so that it is seen", () => {
  for (const page of pages) {
    const text = read(page).replaceAll(/^```[\s\S]*?^```$|^<!--[\s\S]*?-->$/gm, "");
    assert.doesNotMatch(text, /^(?: +```|~~~| {4}\S)/m, page);
  }
});

test("what npm and node are to run is there", () => {
  const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: object };
  for (const page of pages) {
    const names = [...read(page).matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name = ""]) => name);
    for (const name of names) assert.ok(Object.hasOwn(scripts, name), `${page}: npm run ${name}`);
    for (const [, file = ""] of read(page).matchAll(/\bnode (?:--test )?([\w./-]+\.ts)\b/g))
      assert.ok(existsSync(join(root, file)), `${page}: node ${file}`);
  }
});

/** What is wrong with a command line, or null. */
function misfit(program: Command, line: string): string | null {
  let command = program;
  for (const word of line.split(" ").slice(1)) {
    if (!/^[a-z][a-z-]*$/.test(word)) break;
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) {
      if (command.commands.length > 0) return `there is no ${word}`;
      break;
    }
    command = next;
  }
  const known = [...command.options, ...program.options].map(({ long }) => long);
  const options = line.match(/(?<= )--[a-z-]+/g) ?? [];
  const unknown = options.find((option) => !known.includes(option) && option !== "--help");
  return unknown === undefined ? null : `${command.name()} has no ${unknown}`;
}

test("commands within sentences and tables are there, with their options", () => {
  const program = buildProgram("0", () => async () => {});
  assert.equal(misfit(program, "dispatched runs get RUN --json"), null);
  assert.equal(misfit(program, "dispatched runs got RUN"), "there is no got");
  assert.equal(misfit(program, "dispatched runs get RUN --all"), "get has no --all");
  for (const page of pages) {
    for (const [, line = ""] of read(page).matchAll(/`(dispatched [^`\n]*)`/g)) {
      const wrong = misfit(program, line);
      assert.equal(wrong, null, `${page}: ${line}`);
    }
  }
});
