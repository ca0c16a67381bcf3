// A text that is taken as it stands.

import { placeOf } from "../document/place-of.ts";
import { addProblem, type Place } from "../document/report.ts";
import type { ProblemCode } from "../document-problems.ts";
import { closestName } from "./closest-name.ts";
import type { ReadContext, Shape } from "./shape.ts";
import { wrongType } from "./wrong-type.ts";

/** Any text of at most `lengthMax` characters. */
export function textShape(lengthMax: number): Shape<string> {
  return {
    read(node, context) {
      if (node.type !== "scalar" || typeof node.value !== "string") return wrongType(context, node, "a text");
      if (node.value.length <= lengthMax) return node.value;
      addProblem(
        context.report,
        "out_of_range",
        placeOf(node),
        `the text has more than ${lengthMax} characters`,
      );
    },
    schema: () => ({ type: "string", maxLength: lengthMax }),
  };
}

/** A text of at most `lengthMax` characters that fits `pattern`; `expected` says in words which. */
export function patternShape(
  pattern: RegExp,
  lengthMax: number,
  expected: string,
  code: ProblemCode,
): Shape<string> {
  return {
    read(node, context) {
      if (node.type !== "scalar" || typeof node.value !== "string") return wrongType(context, node, expected);
      if (node.value.length <= lengthMax && pattern.test(node.value)) return node.value;
      addProblem(context.report, code, placeOf(node), `\`${node.value.slice(0, 80)}\` is not ${expected}`);
    },
    schema: () => ({ type: "string", pattern: pattern.source, maxLength: lengthMax }),
  };
}

/** One of a few words. */
export function choiceShape<Word extends string>(
  words: readonly Word[],
  code: ProblemCode = "not_allowed_value",
): Shape<Word> {
  const listed = words.map((word) => `\`${word}\``).join(", ");
  return {
    read(node, context) {
      if (node.type !== "scalar" || typeof node.value !== "string")
        return wrongType(context, node, `one of ${listed}`);
      if (words.includes(node.value as Word)) return node.value as Word;
      reportChoice(context, code, placeOf(node), node.value, words);
    },
    schema: () => ({ enum: words }),
  };
}

function reportChoice(
  context: ReadContext,
  code: ProblemCode,
  place: Place,
  found: string,
  words: readonly string[],
): void {
  const closest = closestName(found, words);
  const listed = words.map((word) => `\`${word}\``).join(", ");
  const fix = closest === null ? `allowed are ${listed}` : `did you mean \`${closest}\`?`;
  addProblem(context.report, code, place, `\`${found.slice(0, 80)}\` is not allowed here`, fix);
}
