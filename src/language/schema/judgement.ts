// The state of one judgement of a value by a schema.

import type { Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import type { SchemaProblem } from "../schema.ts";
import type { SchemaNode, Seen } from "./schema-node.ts";
import type { SchemaResource } from "./schema-set.ts";

export interface Judgement {
  /** Applications of schemas, members and items that may still be looked at. */
  steps: number;
  /** What is judged, until more steps were given for its size. */
  large: Json | undefined;
  depth: number;
  /** True once steps or depth ran out: then nothing that is said counts. */
  exhausted: boolean;
  /** Where problems go; null while nobody listens. */
  problems: SchemaProblem[] | null;
  /** Keys from the root of the value. */
  readonly path: (string | number)[];
  /** Resources that were entered and not left: what `$dynamicRef` looks through. */
  readonly scope: SchemaResource[];
  /** Whether anything asks for what was evaluated. */
  readonly tracks: boolean;
}

const depthMax = 500;
const problemsMax = 20;

export function newJudgement(value: Json, tracks: boolean): Judgement {
  const steps = limits.schema_steps;
  return { steps, large: value, depth: 0, exhausted: false, problems: [], path: [], scope: [], tracks };
}

/** True when `value` fits `node`. What was evaluated is added to `seen`. */
export function applySchema(node: SchemaNode, value: Json, judgement: Judgement, seen: Seen | null): boolean {
  if (!spend(judgement, 1)) return false;
  if (node.never) return report(judgement, "false", "nothing is allowed here");
  if (node.checks.length === 0) return true;
  judgement.depth += 1;
  if (judgement.depth > depthMax) judgement.exhausted = true;
  const entered = judgement.scope.at(-1) !== node.resource;
  if (entered) judgement.scope.push(node.resource);
  const own: Seen | null = judgement.tracks ? newSeen() : null;
  let fits = true;
  for (const check of node.checks) {
    if (judgement.exhausted) break;
    if (check(value, judgement, own)) continue;
    fits = false;
    if (judgement.problems === null || judgement.problems.length >= problemsMax) break;
  }
  if (entered) judgement.scope.pop();
  judgement.depth -= 1;
  if (fits && own !== null && seen !== null) mergeSeen(seen, own);
  return fits && !judgement.exhausted;
}

/** `applySchema` one level down, at `key`. */
export function applyBelow(
  node: SchemaNode,
  value: Json,
  key: string | number,
  judgement: Judgement,
): boolean {
  judgement.path.push(key);
  const fits = applySchema(node, value, judgement, null);
  judgement.path.pop();
  return fits;
}

/** `applySchema` with its problems kept apart: `problems` is what it would have said. */
export function applyAside(node: SchemaNode, value: Json, judgement: Judgement, seen: Seen | null) {
  const { problems } = judgement;
  const aside: SchemaProblem[] | null = problems === null ? null : [];
  judgement.problems = aside;
  const fits = applySchema(node, value, judgement, seen);
  judgement.problems = problems;
  return { fits, problems: aside ?? [] };
}

/** `applySchema` with nobody listening. */
export function applySilently(
  node: SchemaNode,
  value: Json,
  judgement: Judgement,
  seen: Seen | null,
): boolean {
  const { problems } = judgement;
  judgement.problems = null;
  const fits = applySchema(node, value, judgement, seen);
  judgement.problems = problems;
  return fits;
}

/** False when the steps ran out. */
export function spend(judgement: Judgement, steps: number): boolean {
  judgement.steps -= steps;
  if (judgement.steps < 0 && judgement.large !== undefined) {
    // Only now is it worth while to count.
    const more = limits.schema_steps_a_value * countValues(judgement.large);
    judgement.steps += Math.min(more, limits.schema_steps_max - limits.schema_steps);
    judgement.large = undefined;
  }
  if (judgement.steps < 0) judgement.exhausted = true;
  return !judgement.exhausted;
}

/** A value and all that are in it. */
function countValues(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  let count = 1;
  for (const one of Array.isArray(value) ? value : Object.values(value)) count += countValues(one);
  return count;
}

/** Reports a problem where the judgement stands; gives false, as a check that fails does. */
export function report(judgement: Judgement, keyword: string, message: string): false {
  const { problems, path } = judgement;
  if (problems === null || problems.length >= problemsMax) return false;
  const pointer = path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  problems.push({ pointer, keyword, message });
  return false;
}

function newSeen(): Seen {
  return { members: new Set(), itemsBelow: 0, items: new Set() };
}

function mergeSeen(into: Seen, from: Seen): void {
  for (const name of from.members) into.members.add(name);
  for (const index of from.items) into.items.add(index);
  into.itemsBelow = Math.max(into.itemsBelow, from.itemsBelow);
}
