// Every keyword of JSON Schema 2020-12, and those of older drafts with what replaced them.

import { assertionKeywords } from "./assertion-keywords.ts";
import type { Keyword } from "./keyword.ts";
import { listKeywords } from "./list-keywords.ts";
import { logicKeywords } from "./logic-keywords.ts";
import { objectKeywords } from "./object-keywords.ts";

/** Keywords that judge nothing. `format` is among them, as the specification has it unless one asks for more. */
const annotations: Readonly<Record<string, Keyword>> = {
  $schema: { takes: "text" },
  $id: { takes: "text" },
  $anchor: { takes: "text" },
  $dynamicAnchor: { takes: "text" },
  $vocabulary: { takes: "any" },
  $comment: { takes: "text" },
  $defs: { takes: "schema-map" },
  title: { takes: "text" },
  description: { takes: "text" },
  default: { takes: "any" },
  examples: { takes: "list" },
  deprecated: { takes: "boolean" },
  readOnly: { takes: "boolean" },
  writeOnly: { takes: "boolean" },
  format: { takes: "text" },
  contentEncoding: { takes: "text" },
  contentMediaType: { takes: "text" },
  contentSchema: { takes: "schema" },
};

export const keywords: ReadonlyMap<string, Keyword> = new Map(
  Object.entries({
    ...annotations,
    ...assertionKeywords,
    ...objectKeywords,
    ...listKeywords,
    ...logicKeywords,
  }),
);

/** Keywords of older drafts that mean nothing in 2020-12, and what to write. */
export const olderKeywords: ReadonlyMap<string, string> = new Map([
  ["definitions", "write `$defs`"],
  ["dependencies", "write `dependentRequired` or `dependentSchemas`"],
  ["additionalItems", "write `items` beside `prefixItems`"],
  ["id", "write `$id`"],
  ["$recursiveRef", "write `$dynamicRef`"],
  ["$recursiveAnchor", "write `$dynamicAnchor`"],
]);
