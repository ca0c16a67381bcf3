// What the documentation shows cannot be left unexecuted: blocks, comments and ends that nobody would see are refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFields } from "./check-fields.ts";
import { examplesOf } from "./examples-of.ts";
import { readPage } from "./read-page.ts";

const block = (info: string, text = "name: a") => `\`\`\`${info}\n${text}\n\`\`\`\n`;
const read = (text: string) => examplesOf("page.md", readPage(text));

test("an example is a workflow and what follows it, until the next", () => {
  const { examples } = read(
    `# One\n\n${block("yaml")}${block("json output", "1")}\n## Two\n${block("yaml steps")}<!-- test\nstatus: failed\n-->\n`,
  );
  assert.deepEqual(
    examples.map(({ name, blocks, setting }) => [name, blocks.length, setting]),
    [
      ["page.md:3 One", 1, {}],
      ["page.md:11 Two", 0, { status: "failed" }],
    ],
  );
});

test("a block without a convention is refused", () => {
  assert.throws(() => read(block("python")), /page\.md:1: a block of `python` is not executed/);
  assert.throws(() => read(block("json output")), /belongs to no example/);
  assert.throws(() => read(`\`\`\`yaml\nname: a\n`), /no end/);
});

test("an example that says nothing of its end is refused, and so is a setting that means nothing", () => {
  assert.throws(() => read(block("yaml")), /has no end/);
  assert.throws(() => read(`${block("yaml")}<!-- test\nstaus: failed\n-->\n`), /`staus` is no setting/);
  assert.throws(() => read("<!-- test\nstatus: failed\n-->\n"), /belongs to no example/);
});

test("a table of expressions needs a body, and its bars can be written", () => {
  const table = "| expression | value |\n| --- | --- |\n| `a \\| b` | `1` |\n";
  assert.throws(() => read(table), /needs a `json body`/);
  assert.deepEqual(read(`${block("json body", "1")}\n${table}`).expressions[0]?.rows, [["`a | b`", "`1`"]]);
});

test("a table of fields with another name or default is seen", () => {
  const rows = [
    ["`while`", "required"],
    ["`every`", "`5s`"],
    ["`max`", "`24h`"],
  ];
  checkFields({ name: "", of: "poll", rows });
  assert.throws(() => checkFields({ name: "", of: "poll", rows: rows.slice(1) }));
  assert.throws(() => checkFields({ name: "", of: "poll", rows: [...rows, ["`more`", "none"]] }));
  assert.throws(() => checkFields({ name: "", of: "poll", rows: [...rows.slice(0, 2), ["`max`", "`1h`"]] }));
});
