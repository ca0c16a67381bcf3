// A JSON template, compiled once at registration.

import type { Json } from "../value/json.ts";
import type { Expression } from "./expression.ts";

export type Template =
  /** Nothing in it is evaluated. */
  | { readonly type: "literal"; readonly value: Json }
  /** A string that is one single expression: the raw value. */
  | { readonly type: "expression"; readonly expression: Expression }
  /** The value of a secret: only in the fields of a call. */
  | { readonly type: "secret"; readonly name: string }
  /** Text with expressions or secrets in it: a string. */
  | { readonly type: "text"; readonly parts: readonly TextPart[] }
  | { readonly type: "list"; readonly items: readonly Template[] }
  | { readonly type: "object"; readonly entries: readonly (readonly [key: string, value: Template])[] };

export type TextPart = string | Expression | SecretPart;

export interface SecretPart {
  readonly secret: string;
}
