// Properties of the path language: what is printed is read as the same, and whatever is evaluated gives an answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../value/json.ts";
import { evaluateCondition } from "./evaluate-condition.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import { evaluateTemplate } from "./evaluate-template.ts";
import type { Scope } from "./expression.ts";
import { parsePath } from "./parse-path.ts";
import type { Comparison, Member, PathNode } from "./path-syntax.ts";
import { parseTemplateText } from "./template/parse-template-text.ts";

const span = { start: 0, end: 0 };
const names = fc.constantFrom("a", "b-c", "_x1", "in", "and", "not", "null", "steps", "secrets", "true-ish");
const texts = fc.oneof(
  fc.constantFrom("", "x", "{{", "}}", "it's", 'say "x"', "a\\b\n\t", "\u{1F600}"),
  fc.string(),
);
const numbers = fc.oneof(
  fc.integer(),
  // A whole number beyond 2^53 that is printed with all its digits is read as the exact integer.
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value) || /e/.test(String(value))),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
);
const comparisons = fc.constantFrom<Comparison>("==", "!=", "<", "<=", ">", ">=", "in", "not in");

const nodes = fc.letrec<{ node: PathNode; member: Member }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc
      .oneof(fc.constantFrom(null, true, false), texts, numbers)
      .map((value): PathNode => ({ type: "literal", value, ...span })),
    fc
      .constantFrom("trigger", "run", "item", "no-such")
      .map((name): PathNode => ({ type: "root", name, ...span })),
    names.map((id): PathNode => ({ type: "step", id, ...span })),
    fc.array(tie("node"), { maxLength: 3 }).map((items): PathNode => ({ type: "list", items, ...span })),
    fc
      .tuple(tie("node"), fc.array(tie("member"), { minLength: 1, maxLength: 3 }))
      .filter(([of]) => of.type !== "members")
      .map(([of, members]): PathNode => ({ type: "members", of, members, ...span })),
    tie("node").map((operand): PathNode => ({ type: "not", operand, ...span })),
    fc
      .tuple(fc.constantFrom("and", "or", "coalesce"), fc.array(tie("node"), { minLength: 2, maxLength: 3 }))
      .map(([type, operands]): PathNode => ({ type, operands, ...span }) as PathNode),
    fc
      .tuple(comparisons, tie("node"), tie("node"))
      .map(([operator, left, right]): PathNode => ({ type: "comparison", operator, left, right, ...span })),
  ),
  member: fc
    .oneof(
      names,
      texts,
      fc.integer({ min: -5, max: 5 }),
      tie("node").filter(({ type }) => type !== "literal"),
    )
    .map((key): Member => ({ key, ...span })),
}));

/** Everything that binds looser than a member stands in parentheses. */
function print(node: PathNode): string {
  switch (node.type) {
    case "literal":
      return typeof node.value === "bigint"
        ? `${node.value}`
        : Object.is(node.value, -0)
          ? "-0"
          : JSON.stringify(node.value);
    case "list":
      return `[${node.items.map(print).join(", ")}]`;
    case "root":
      return node.name;
    case "step":
      return `steps.${node.id}`;
    case "secret":
      return `secrets.${node.name}`;
    case "members":
      return print(node.of) + node.members.map(printMember).join("");
    case "not":
      return `(not ${print(node.operand)})`;
    case "comparison":
      return `(${print(node.left)} ${node.operator} ${print(node.right)})`;
    default:
      return `(${node.operands.map(print).join(node.type === "coalesce" ? " ?? " : ` ${node.type} `)})`;
  }
}

function printMember({ key }: Member): string {
  if (typeof key === "object") return `[${print(key)}]`;
  return typeof key === "string" && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key)}]`;
}

function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "start" && key !== "end");
  return Object.fromEntries(kept.map(([key, entry]) => [key, withoutSpans(entry)]));
}

test("what is printed is read as the same", () => {
  fc.assert(
    fc.property(nodes.node, (node) => {
      for (const [text, close] of [
        [print(node), "end"],
        [`${print(node)} }} rest`, "braces"],
      ] as const) {
        const parsed = parsePath(text, 0, close);
        assert.ok(parsed.ok, `${text}: ${parsed.ok ? "" : parsed.error.message}`);
        assert.deepEqual(withoutSpans(parsed.root), withoutSpans(node));
        assert.equal(parsed.end, close === "end" ? text.length : text.lastIndexOf("}} rest") + 2);
      }
    }),
  );
});

const json = fc.jsonValue() as fc.Arbitrary<Json>;

test("whatever is evaluated over whatever context, nothing is thrown", () => {
  const known = new Set([
    "unknown_name",
    "not_a_boolean",
    "not_comparable",
    "not_a_member_key",
    "null_in_text",
  ]);
  fc.assert(
    fc.property(nodes.node, json, json, texts, (root, trigger, step, text) => {
      const scope: Scope = {
        root: (name) => (name === "trigger" ? trigger : undefined),
        step: (id) => (id === "a" ? step : undefined),
      };
      const expression = { lang: "path", source: print(root), root } as const;
      const template = parseTemplateText(`${text}{{ ${print(root)} }}`).template;
      for (const result of [
        evaluateExpression(expression, scope),
        evaluateCondition(expression, scope),
        evaluateTemplate(template, scope),
      ]) {
        if (!result.ok) assert.ok(known.has(result.problem.code), result.problem.code);
      }
    }),
  );
});

test("whatever a template's text is, it is read or refused at a place within it", () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      "{{",
      "}}",
      " ",
      "a",
      ".",
      "[",
      "]",
      "'",
      '"',
      "steps",
      "secrets",
      "not",
      "in",
      "==",
      "??",
      "1",
      "-",
      "\\",
      "(",
      ")",
    ),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      const text = parts.join("");
      const { errors, template } = parseTemplateText(text);
      for (const { at, length } of errors)
        assert.ok(at >= 0 && length >= 1 && at + length <= text.length, `${text} ${at}+${length}`);
      if (!text.includes("{{")) assert.deepEqual(template, { type: "literal", value: text });
    }),
  );
});

test("an escape that the end of the text cuts off is refused at what is there", () => {
  for (const [text, at, length] of [
    ['{{"\\', 2, 1],
    ['{{"\\u12', 3, 4],
  ] as const) {
    const [error] = parseTemplateText(text).errors;
    assert.deepEqual([error?.at, error?.length], [at, length], text);
  }
});

test("nodes know where they stood", () => {
  const text = 'x {{ steps.a.output[0] ?? "q" }}';
  const [root] = parseTemplateText(text).roots;
  assert.ok(root?.type === "coalesce");
  const [members, literal] = root.operands;
  assert.ok(members?.type === "members");
  const shown = [root, members, members.of, ...members.members, literal as PathNode].map(({ start, end }) =>
    text.slice(start, end),
  );
  assert.deepEqual(shown, ['steps.a.output[0] ?? "q"', "steps.a.output[0]", "steps.a", "output", "0", '"q"']);
});
