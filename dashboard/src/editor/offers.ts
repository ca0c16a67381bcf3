// What can be written at a place of a document: fields, values, ids of steps, names that expressions see, secrets.

import type { JsonObject } from "dispatched/language";
import { type Known, namesFor, namesUnder, type Offer, otherSteps, startsWith } from "./offer-names.ts";
import {
  choicesOf,
  isBareExpression,
  propertiesOf,
  schemasAt,
  textOf,
  type ValueText,
} from "./schema-places.ts";
import { type Spot, spotAt } from "./spot-at.ts";
import { type DocumentFormat, keysOf, type TextKey, unquote } from "./text-keys.ts";

export interface Offers {
  /** Where the word begins that an offer takes the place of. */
  readonly from: number;
  readonly offers: readonly Offer[];
}

export interface Writing {
  readonly text: string;
  readonly at: number;
  readonly format: DocumentFormat;
}

const stepFields = new Set(["after"]);

/** Null where nothing is known that could stand there. */
export function offersAt({ text, at, format }: Writing, known: Known): Offers | null {
  const spot = spotAt(text, at, format);
  const keys = keysOf(text, format);
  const valueText = valueTexts(text, keys);
  if (spot.place !== "key") {
    const reference = referenceBeing(spot);
    if (reference !== null) {
      const offers = namesFor(reference, { keys, known, spot });
      return offers.length === 0 ? null : { from: at - (reference.at(-1) ?? "").length, offers };
    }
  }
  const offers = [
    ...(spot.place === "value" ? [] : fieldsFor(spot, keys, valueText, format)),
    ...(spot.place === "key" ? [] : valuesFor(spot, keys, known, valueText, format)),
  ];
  return offers.length === 0
    ? null
    : { from: at - spot.word.length - (format === "json" ? 0 : spot.quote.length), offers };
}

function valueTexts(text: string, keys: readonly TextKey[]): ValueText {
  const found = new Map(
    keys.map(({ path, value, end }) => [path.join("\n"), unquote(text.slice(value, end))]),
  );
  return (path) => found.get(path.join("\n"));
}

function fieldsFor(
  { path }: Spot,
  keys: readonly TextKey[],
  valueText: ValueText,
  format: DocumentFormat,
): readonly Offer[] {
  const there = new Set(
    keys
      .filter((key) => key.path.length === path.length + 1 && startsWith(key.path, path))
      .map((key) => key.path.at(-1)),
  );
  const fields = new Map<string, JsonObject>();
  for (const schema of schemasAt(path, valueText)) {
    for (const [name, field] of propertiesOf(schema))
      if (!there.has(name) && !fields.has(name)) fields.set(name, field);
  }
  return [...fields].map(([name, field]) => ({
    label: name,
    kind: "field" as const,
    about: textOf(field),
    ...(format === "json" ? {} : { apply: `${name}: ` }),
  }));
}

function valuesFor(
  { path }: Spot,
  keys: readonly TextKey[],
  known: Known,
  valueText: ValueText,
  format: DocumentFormat,
): readonly Offer[] {
  const [field = "", parent = ""] = path.toReversed();
  if (path[0] === "steps" && path.length === 4 && stepFields.has(parent))
    return otherSteps(keys, path[1] ?? "");
  if (path[0] === "triggers" && field === "after" && parent === "respond") return otherSteps(keys, "");
  if (path[0] === "steps" && parent === "workflow" && field === "name") {
    return known.workflows.map((label) => ({ label, kind: "value" as const, about: "A stored workflow" }));
  }
  if (field === "schema")
    return namesUnder(keys, ["schemas"]).map((label) => ({
      label,
      kind: "name" as const,
      about: "One of `schemas`",
    }));
  return choicesOf(schemasAt(path, valueText)).map(({ value, about }) => ({
    label: value,
    kind: "value" as const,
    about,
    ...(format === "json" && (value === "true" || value === "false") ? { apply: value } : {}),
  }));
}

/** The parts of the name being written where an expression is: `["steps", "pay", "ou"]`; null where none is. */
function referenceBeing({ path, word }: Spot): readonly string[] | null {
  const opened = word.lastIndexOf("{{");
  const inBraces = opened >= 0 && !word.slice(opened).includes("}}");
  if (!inBraces && !isBareExpression(path)) return null;
  const written = inBraces ? word.slice(opened + 2) : word;
  // Within a text of the expression no name is meant.
  if ((written.match(/["']/g)?.length ?? 0) % 2 === 1) return null;
  return (/[\w$.-]*$/.exec(written)?.[0] ?? "").split(".");
}
