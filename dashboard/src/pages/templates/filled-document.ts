// A template's document with the reader's own services and name: nothing else of its text changes.

import type { TemplateResource } from "dispatched/client";
import { parseWorkflow, renameWorkflow } from "dispatched/language";

export interface Filled {
  readonly name: string;
  readonly format: "json" | "yaml";
  readonly text: string;
}

/**
 * Throws for what is no workflow any more.
 * @param name of the clone; the template's own where it is null
 * @param origins what takes the place of each origin, such as `https://api.shop.example`
 */
export function filledDocument(
  { text, format }: TemplateResource["documents"][number],
  name: string | null,
  origins: ReadonlyMap<string, string>,
): Filled {
  const renamed = name === null ? text : renameWorkflow(text, format, name);
  const filled = [...origins].reduce((so, [from, to]) => so.replaceAll(from, to), renamed);
  const parsed = parseWorkflow(filled, format);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message ?? "it is no workflow");
  return { name: parsed.workflow.name, format, text: filled };
}
