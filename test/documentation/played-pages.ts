// Which pages of the documentation are played, and by whom. A page that is not here has no block but those that say
// which test holds them; test/tidy/documented-blocks.test.ts sees to it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tidy/source-files.ts";
import { type Deed, guideOf } from "./guide-of.ts";
import { type Part, readPage } from "./read-page.ts";

/** Starts what the other guides need. */
export const firstGuide = "docs/getting-started.md";
const withoutCommands = ["docs/index.md", "docs/errors.md"];

/** Typed one after the other beside what the first guide left running. */
export const guides: readonly string[] = readdirSync(join(root, "docs"))
  .filter((file) => file.endsWith(".md"))
  .map((file) => `docs/${file}`)
  .filter((page) => page !== firstGuide && !withoutCommands.includes(page));

/** By itself. */
export const readme = "README.md";

/** Starts the server on which the other pages of commands are typed. */
export const firstOfServer = "docs/reference/accounts.md";
/** In this order: keys are replaced at the end. */
export const pagesOfServer: readonly string[] = ["secrets", "signatures", "hosts", "inbox", "keys"].map(
  (name) => `docs/reference/${name}.md`,
);

/** Their examples are run side by side. */
export const pagesOfExamples: readonly string[] = [
  ...["http-api.md", "client.md", "language.md", "lua.md"],
  ...readdirSync(join(root, "docs/reference/language")).map((file) => `language/${file}`),
].map((file) => `docs/reference/${file}`);

export function partsOf(page: string): readonly Part[] {
  return readPage(readFileSync(join(root, page), "utf8"));
}

export function deedsOf(page: string): readonly Deed[] {
  return guideOf(page, partsOf(page));
}
