// A graph as a Mermaid flowchart, for pages that draw them.

import type { WorkflowGraph } from "../../language/workflow-graph.ts";

/** Nodes have names of their own: an id such as `end` is a word of Mermaid's. */
export function mermaidGraph({ name, version, steps }: WorkflowGraph): string {
  const names = new Map(steps.map(({ id }, number) => [id, `s${number}`]));
  const lines = ["---", `title: ${name} v${version}`, "---", "flowchart TD"];
  for (const { id, does } of steps) {
    lines.push(`  ${names.get(id)}["${labelOf(id)}<br/>${labelOf(does)}"]`);
  }
  for (const { id, after, join } of steps) {
    const arrow = join === "any" && after.length > 1 ? "-. any .->" : "-->";
    for (const before of after) lines.push(`  ${names.get(before)} ${arrow} ${names.get(id)}`);
  }
  return lines.join("\n");
}

/** What has a meaning to Mermaid or HTML, as its entity code. */
function labelOf(text: string): string {
  return text.replace(/["<>&#{}`\\[\]]/g, (character) => `#${character.codePointAt(0)};`);
}
