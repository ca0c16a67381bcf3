// Pages by which a reader does something say what to do when it does not work, in words that the product has.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { firstGuide, firstOfServer, guides, pagesOfServer, readme } from "../documentation/played-pages.ts";
import { readPage } from "../documentation/read-page.ts";
import { listFiles, readSource, root } from "./source-files.ts";

/** Their sections are "When a step fails" and "When undoing fails". */
const withWordsOfTheirOwn = ["steps.md", "compensation.md"];

const pages = [
  ...[readme, firstGuide, ...guides, firstOfServer, ...pagesOfServer],
  ...["audit", "configuration", "epochs", "lua"].map((name) => `docs/reference/${name}.md`),
  ...readdirSync(join(root, "docs/reference/language"))
    .filter((file) => !withWordsOfTheirOwn.includes(file))
    .map((file) => `docs/reference/language/${file}`),
  ...readdirSync(join(root, "docs/guides")).map((file) => `docs/guides/${file}`),
];

/** What a shell, Node or Lua says. */
const ofOthers = [
  "dispatched: command not found",
  "connect ECONNREFUSED",
  "connect ERR_SSL_WRONG_VERSION_NUMBER",
  "resolve ENOTFOUND",
  ...[
    "index a nil",
    "call a nil",
    "perform arithmetic on a nil",
    "index a userdata",
    "concatenate a userdata",
  ].map((what) => `attempt to ${what} value`),
];

/** From its heading to the next one; null where it has none. */
function sectionOf(text: string): string | null {
  return /^#{2,3} What if it fails$([\s\S]*?)(?=^#|(?![\s\S]))/m.exec(text)?.[1] ?? null;
}

/** Messages in the first column, cut where `…` stands for what is another each time. */
function quotedIn(section: string): readonly string[] {
  return readPage(section).flatMap((part) => {
    if (part.type !== "table") return [];
    const cells = part.rows.slice(1).map(([first = ""]) => first);
    const quotes = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, quote = ""]) => quote));
    return quotes
      .flatMap((quote) => quote.split("…").map((piece) => piece.trim()))
      .filter((piece) => piece !== "");
  });
}

/** What a source can say: its texts in quotes, and what stands between elements; no names, and no comments. */
function saidIn(source: string): readonly string[] {
  const tokens = source.matchAll(
    /\/\/.*|\/\*[\s\S]*?\*\/|("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|>[^<>{}();=]+<)/g,
  );
  return [...tokens].flatMap(([, text]) => text ?? []);
}

const said = listFiles()
  .filter((path) => /^(src|dashboard\/src)\/.*\.tsx?$/.test(path) && !path.includes(".test."))
  .flatMap((path) => saidIn(readSource(path).text));

function isSaid(piece: string): boolean {
  return ofOthers.includes(piece) || said.some((text) => text.includes(piece));
}

test("each page by which a reader does something says what to do when it fails", () => {
  for (const page of pages) {
    const section = sectionOf(readFileSync(join(root, page), "utf8"));
    assert.ok(section !== null && section.trim() !== "", `${page} does not say it`);
  }
});

test("the messages that it quotes are those of the product", () => {
  const quoted = quotedIn(
    "| it says | do |\n| --- | --- |\n| `nothing answers at …` | `sit down` |\n| 401 `so` | - |\n",
  );
  assert.deepEqual(quoted, ["nothing answers at", "so"]);
  assert.ok(isSaid("nothing answers at"));
  assert.ok(!isSaid("nothing answers from"));
  const source = 'const name = "one"; // told\n/* two */ call(`a "b"`, other);\n';
  assert.deepEqual(saidIn(source), ['"one"', '`a "b"`']);
  assert.ok(!isSaid("exitCodeOfError"), "a name is no message");
  for (const page of pages) {
    const pieces = quotedIn(sectionOf(readFileSync(join(root, page), "utf8")) ?? "");
    for (const piece of pieces) assert.ok(isSaid(piece), `${page}: nothing says \`${piece}\``);
  }
});
