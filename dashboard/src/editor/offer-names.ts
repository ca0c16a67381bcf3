// The names that an expression sees at a place of a document, and those of steps and schemas.

import { fixedRoots, responseMembers, stepMembers } from "dispatched/language";
import type { Spot } from "./spot-at.ts";
import type { TextKey } from "./text-keys.ts";

export interface Offer {
  readonly label: string;
  readonly kind: "field" | "value" | "step" | "name" | "secret";
  readonly about: string;
  /** What is written; the label where it is absent. */
  readonly apply?: string;
}

/** What is known besides the text. */
export interface Known {
  readonly secrets: readonly string[];
  readonly workflows: readonly string[];
}

export function otherSteps(keys: readonly TextKey[], own: string): readonly Offer[] {
  return namesUnder(keys, ["steps"])
    .filter((id) => id !== own)
    .map((label) => ({ label, kind: "step" as const, about: "A step of this workflow" }));
}

/** Names of the members of what is at `path`. */
export function namesUnder(keys: readonly TextKey[], path: readonly string[]): readonly string[] {
  const names = keys.filter((key) => key.path.length === path.length + 1 && startsWith(key.path, path));
  return [...new Set(names.map((key) => key.path.at(-1) ?? ""))];
}

export function startsWith(path: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((key, depth) => path[depth] === key);
}

interface Around {
  readonly keys: readonly TextKey[];
  readonly known: Known;
  readonly spot: Spot;
}

/** What may follow `a.b.` in an expression at a spot. */
export function namesFor(reference: readonly string[], around: Around): readonly Offer[] {
  const [root = "", second, third] = reference;
  const offer =
    (about: string, kind: Offer["kind"] = "name") =>
    (label: string) => ({ label, kind, about });
  if (reference.length === 1) return rootsFor(around);
  if (root === "steps") {
    if (reference.length === 2)
      return otherSteps(around.keys, around.spot.path[0] === "steps" ? (around.spot.path[1] ?? "") : "");
    if (reference.length === 3) return stepMembers.map(offer(`Of the step ${second}`));
    if (third === "response" && reference.length === 4)
      return responseMembers.map(offer(`Of the answer to ${second}`));
    return bodyNames(reference, around.keys).map(offer("By the schema of the answer"));
  }
  if (root === "trigger" && reference.length === 3 && second === "body") {
    return triggerNames(around.keys).map(offer("By the schema of the trigger"));
  }
  if (reference.length !== 2) return [];
  if (root === "secrets") return around.known.secrets.map(offer("A stored secret", "secret"));
  return (fixedRoots.get(root) ?? []).map(offer(`Of the ${root}`));
}

const rootAbout: Readonly<Record<string, string>> = {
  trigger: "What started the run",
  steps: "What the steps before have come to",
  run: "The run itself",
  secrets: "A stored secret; in the fields of a call only",
};

function rootsFor({ keys, spot }: Around): readonly Offer[] {
  const [first, id = ""] = spot.path;
  const own = (field: string) =>
    keys.some(({ path }) => path.length === 3 && path[1] === id && path[2] === field);
  const inCall = spot.path.includes("request");
  const roots = ["trigger", "steps", "run", ...(inCall ? ["secrets"] : [])];
  const more = first !== "steps" || !own("strategy") ? [] : ["item", "index", "batch", "acc", "result"];
  const callback = first === "steps" && own("request") && own("wait") ? ["callback"] : [];
  return [
    ...roots.map((label) => ({ label, kind: "name" as const, about: rootAbout[label] ?? "" })),
    ...more.map((label) => ({ label, kind: "name" as const, about: "Of the item, by the strategy" })),
    ...callback.map((label) => ({ label, kind: "name" as const, about: "The address that ends the wait" })),
  ];
}

/** Members that the trigger's schema names, one in place or of `schemas`. */
function triggerNames(keys: readonly TextKey[]): readonly string[] {
  const schema = keys.find(({ path }) => path[0] === "triggers" && path.length === 3 && path[2] === "schema");
  return schema === undefined ? [] : schemaNames(keys, schema.path);
}

function bodyNames(reference: readonly string[], keys: readonly TextKey[]): readonly string[] {
  const [, id = "", third, fourth] = reference;
  const ofAnswer =
    (third === "output" && reference.length === 4) || (fourth === "body" && reference.length === 5);
  return ofAnswer ? schemaNames(keys, ["steps", id, "response", "schema"]) : [];
}

function schemaNames(keys: readonly TextKey[], path: readonly string[]): readonly string[] {
  const inPlace = namesUnder(keys, [...path, "properties"]);
  if (inPlace.length > 0) return inPlace;
  return [
    ...new Set(
      namesUnder(keys, ["schemas"]).flatMap((name) => namesUnder(keys, ["schemas", name, "properties"])),
    ),
  ];
}
