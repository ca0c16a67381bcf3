// An object whose field `type` says which of several tables its fields are from.

import type { DocumentNode } from "../document/document-node.ts";
import { entryOf } from "../document/document-node.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { ReadContext, Shape } from "./shape.ts";
import { choiceShape } from "./text-shape.ts";
import { wrongType } from "./wrong-type.ts";

type Variants = Readonly<Record<string, Shape<unknown>>>;

/** The value of one variant with its tag. */
export type Tagged<Table extends Variants> = {
  readonly [Tag in keyof Table]: {
    readonly type: Tag;
    readonly read: Table[Tag] extends Shape<infer Value> ? Value : never;
  };
}[keyof Table];

/** Each variant's table has the field `type` itself. `name` is for messages: `a trigger`. */
export function taggedShape<Table extends Variants>(name: string, variants: Table): Shape<Tagged<Table>> {
  const tags = choiceShape(Object.keys(variants));
  return {
    read(node: DocumentNode, context: ReadContext) {
      if (node.type !== "object")
        return wrongType(context, node, `${name}, an object with the field \`type\`,`);
      const entry = entryOf(node, "type");
      if (entry === undefined) {
        const fix = `its types are ${Object.keys(variants)
          .map((tag) => `\`${tag}\``)
          .join(", ")}`;
        addProblem(
          context.report,
          "missing_field",
          { ...placeOf(node), end: node.start + 1 },
          `${name} needs the field \`type\``,
          fix,
        );
        return;
      }
      const type = tags.read(entry.value, context);
      if (type === undefined) return;
      const read = (variants[type] as Shape<unknown>).read(node, context);
      return read === undefined ? undefined : ({ type, read } as Tagged<Table>);
    },
    schema(definitions) {
      const schemas = Object.values(variants).map((variant) => variant.schema(definitions));
      return schemas.length === 1 ? (schemas[0] as ReturnType<Shape<unknown>["schema"]>) : { oneOf: schemas };
    },
  };
}
