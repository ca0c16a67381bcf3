// Every code has its page, and no page is left of a code that is gone.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { errorIndex, errorPages } from "../../scripts/error-pages.ts";
import { limitCodes, limitsPage } from "../../scripts/limits-page.ts";
import { listFiles, readSource, root } from "./source-files.ts";

test("docs/errors is what the tables of codes say (npm run error-pages writes it)", () => {
  const folder = join(root, "docs/errors");
  const found = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  const expected = new Map([...errorPages()].map(([code, page]) => [`${code}.md`, page]));
  assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
  for (const [file, page] of expected) assert.equal(found.get(file), page, `${file} is out of date`);
  assert.equal(readFileSync(`${folder}.md`, "utf8"), errorIndex(), "docs/errors.md is out of date");
});

test("docs/reference/limits.md is what the table of limits says (npm run limits-page writes it)", () => {
  assert.equal(readFileSync(join(root, "docs/reference/limits.md"), "utf8"), limitsPage());
  const pages = errorPages();
  assert.deepEqual(
    limitCodes.filter((code) => !pages.has(code)),
    [],
  );
});

/** `unsent("limit", "items"`, `new EvaluationError("null_in_text"`, `code: "not_a_list"`, `fail("evaluation_failed"`. */
const codeOfFailure =
  /unsent\(\s*"\w+",\s*"(\w+)"|EvaluationError\(\s*"(\w+)"|\bcode: "(\w+)"|failed\("(\w+)",/g;
const codeOfSandbox = /^ {2}\| "(\w+)";?$/gm;

/** `new ClientError("unreachable"`, `new DispatchedError(\n "locked"`, `new CliError("usage"`. */
const codeOfThrown = /(?:Client|Cli|Dispatched)Error\(\s*"(\w+)"/g;

/** What the sources at these paths name. */
function codesIn(path: RegExp, code: RegExp): readonly string[] {
  return listFiles()
    .filter((file) => path.test(file) && !file.includes(".test."))
    .flatMap((file) => [...readSource(file).text.matchAll(code)])
    .map((match) => match.slice(1).find((group) => group !== undefined) ?? "");
}

test("every code of a failure that the engine names has a page", () => {
  const pages = errorPages();
  const named = [
    ...codesIn(/^src\/(run|engine|language)\//, codeOfFailure),
    ...codesIn(/^src\/ports\/sandbox\.ts$/, codeOfSandbox),
  ];
  assert.ok(named.length > 60, `${named.length} codes were found`);
  assert.deepEqual(
    // `encode: "none"` ends like a code.
    named.filter((code) => code !== "none" && !pages.has(code)),
    [],
  );
});

test("every code that the server, the client or the command line throws has a page", () => {
  const pages = errorPages();
  const thrown = codesIn(/^(src|dashboard\/src)\//, codeOfThrown);
  assert.ok(thrown.length > 150, `${thrown.length} codes were found`);
  assert.deepEqual(
    thrown.filter((code) => !pages.has(code)),
    [],
  );
});
