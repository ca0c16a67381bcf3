// Whether a template is nothing but a stored body.

import { type StoredMember, storedAt } from "../../value/stored-body.ts";
import type { Scope } from "../expression.ts";
import type { Template } from "../template.ts";
import { evaluatePath } from "./evaluate-path.ts";
import { spendSize, type Work } from "./work.ts";

/**
 * The body that `template` names by a path of plain members, such as `steps.a.output`, when it stands elsewhere: it need not
 * be read to be passed on. Throws EvaluationError as `evaluatePath` does.
 */
export function storedBy(template: Template, scope: Scope, work: Work): StoredMember | null {
  if (scope.stores !== true || template.type !== "expression" || template.expression.lang !== "path")
    return null;
  const { root } = template.expression;
  if (root.type !== "members") return null;
  const last = root.members.at(-1)?.key;
  if (typeof last !== "string") return null;
  let holder = scopeValue(root.of, scope, work);
  for (const { key } of root.members.slice(0, -1)) {
    if (typeof key !== "string" || !hasTextKeys(holder)) return null;
    if (storedAt(holder, key) !== null || !Object.hasOwn(holder, key)) return null;
    holder = (holder as Readonly<Record<string, unknown>>)[key];
  }
  const stored = hasTextKeys(holder) ? storedAt(holder, last) : null;
  if (stored !== null) spendSize(work, stored.body.size);
  return stored;
}

/** As `evaluatePath` has it: an entry of a list is named by a number only. */
function hasTextKeys(holder: unknown): holder is object {
  return typeof holder === "object" && holder !== null && !Array.isArray(holder);
}

function scopeValue(of: Parameters<typeof evaluatePath>[0], scope: Scope, work: Work): unknown {
  return of.type === "root" || of.type === "step" ? evaluatePath(of, scope, work) : null;
}
