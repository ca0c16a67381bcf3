// Keywords that join schemas: references, all, any, one, none, and conditions.

import type { Json } from "../../value/json.ts";
import type { SchemaProblem } from "../schema.ts";
import { applyAside, applySchema, applySilently, type Judgement, report } from "./judgement.ts";
import type { Keyword, KeywordPlace, ReferenceTarget } from "./keyword.ts";
import type { Check, SchemaNode } from "./schema-node.ts";

function compileEach(schemas: Json, keyword: string, place: KeywordPlace): readonly SchemaNode[] {
  return (schemas as readonly Json[]).map((schema, index) => place.compile(schema, keyword, index));
}

export const logicKeywords: Readonly<Record<string, Keyword>> = {
  $ref: {
    takes: "text",
    compile(reference, place) {
      let target: SchemaNode | null = null as SchemaNode | null;
      place.refer("$ref", String(reference), (found) => {
        target = found.node;
      });
      return (value, judgement, seen) => target === null || applySchema(target, value, judgement, seen);
    },
  },
  $dynamicRef: { takes: "text", compile: compileDynamicRef },
  allOf: {
    takes: "schemas",
    compile(schemas, place) {
      const nodes = compileEach(schemas, "allOf", place);
      return (value, judgement, seen) => {
        let all = true;
        for (const node of nodes) {
          if (applySchema(node, value, judgement, seen)) continue;
          all = false;
          if (judgement.problems === null) return false;
        }
        return all;
      };
    },
  },
  anyOf: {
    takes: "schemas",
    compile(schemas, place) {
      const nodes = compileEach(schemas, "anyOf", place);
      return (value, judgement, seen) => {
        const attempts = nodes.map((node) => applyAside(node, value, judgement, seen));
        if (attempts.some((attempt) => attempt.fits)) return true;
        return reportNearest(judgement, "anyOf", attempts);
      };
    },
  },
  oneOf: {
    takes: "schemas",
    compile(schemas, place) {
      const nodes = compileEach(schemas, "oneOf", place);
      return (value, judgement, seen) => {
        const attempts = nodes.map((node) => applyAside(node, value, judgement, seen));
        const fitting = attempts.filter((attempt) => attempt.fits).length;
        if (fitting === 1) return true;
        if (fitting === 0) return reportNearest(judgement, "oneOf", attempts);
        return report(judgement, "oneOf", `exactly one of ${nodes.length} forms must fit, and ${fitting} do`);
      };
    },
  },
  not: {
    takes: "schema",
    compile(schema, place) {
      const node = place.compile(schema, "not");
      return (value, judgement) =>
        !applySilently(node, value, judgement, null) ||
        report(judgement, "not", "the value has a form that is not allowed");
    },
  },
  if: {
    takes: "schema",
    compile(schema, place) {
      const condition = place.compile(schema, "if");
      const { then: yes, else: no } = place.schema;
      const then = yes === undefined ? null : place.compile(yes, "then");
      const otherwise = no === undefined ? null : place.compile(no, "else");
      return (value, judgement, seen) => {
        const next = applySilently(condition, value, judgement, seen) ? then : otherwise;
        return next === null || applySchema(next, value, judgement, seen);
      };
    },
  },
  // biome-ignore lint/suspicious/noThenProperty: it is the keyword's name
  then: { takes: "schema" },
  else: { takes: "schema" },
};

/** The problems of the alternative that came nearest, under one that says that none fits. */
function reportNearest(
  judgement: Judgement,
  keyword: string,
  attempts: readonly { readonly problems: readonly SchemaProblem[] }[],
): false {
  if (judgement.problems === null) return false;
  const nearest = attempts.toSorted((a, b) => nearness(b.problems) - nearness(a.problems))[0];
  const first = nearest?.problems[0];
  const why =
    first === undefined
      ? ""
      : `; the nearest: ${first.pointer === "" ? "" : `${first.pointer}: `}${first.message}`;
  return report(judgement, keyword, `none of ${attempts.length} forms fits${why}`);
}

/** A form that has the value's type is nearer than one that has not; then the one that fails further down. */
function nearness(problems: readonly SchemaProblem[]): number {
  const otherType = problems.some(
    ({ keyword, pointer }) => keyword === "type" && pointer === problems[0]?.pointer,
  );
  const deepest = Math.max(0, ...problems.map((problem) => problem.pointer.split("/").length));
  return deepest * 2 - (otherType ? 1 : 0);
}

/** Section 8.2.3.2 of the core specification: the outermost dynamic anchor of that name wins. */
function compileDynamicRef(reference: Json, place: KeywordPlace): Check {
  let target: ReferenceTarget | null = null;
  place.refer("$dynamicRef", String(reference), (found) => {
    target = found;
  });
  return (value, judgement, seen) => {
    const found = target as ReferenceTarget | null;
    if (found === null) return true;
    const node = found.dynamicAnchor === null ? found.node : outermost(found.dynamicAnchor, judgement, place);
    return applySchema(node ?? found.node, value, judgement, seen);
  };
}

function outermost(anchor: string, judgement: Judgement, place: KeywordPlace): SchemaNode | null {
  const resource = judgement.scope.find((each) => each.dynamicAnchors.has(anchor));
  const source = resource?.dynamicAnchors.get(anchor);
  return source === undefined ? null : place.compiled(source);
}
