// A graph as a tree for a terminal: each step stands under the one that it comes after on the longest way.

import type { GraphNode, WorkflowGraph } from "../../language/workflow-graph.ts";

export interface GraphLine {
  /** The branches and the id. */
  readonly step: string;
  readonly text: string;
}

export function textGraph({ steps }: WorkflowGraph): readonly GraphLine[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const depths = depthsOf(steps, byId);
  const depth = (id: string) => depths.get(id) ?? 0;
  const parentOf = ({ after }: GraphNode) =>
    after.reduce<string | null>((best, id) => (best === null || depth(id) > depth(best) ? id : best), null);
  const children = new Map<string | null, GraphNode[]>();
  for (const step of steps) {
    const parent = parentOf(step);
    children.set(parent, [...(children.get(parent) ?? []), step]);
  }
  const lines: GraphLine[] = [];
  const add = (step: GraphNode, lead: string, branch: string, below: string) => {
    const others = step.after.filter((id) => id !== parentOf(step));
    const also = others.length === 0 ? [] : [`also after ${others.join(", ")}`];
    lines.push({ step: `${lead}${branch}${step.id}`, text: [step.does, ...also, ...step.notes].join(" · ") });
    const under = children.get(step.id) ?? [];
    under.forEach((child, index) => {
      const last = index === under.length - 1;
      add(child, lead + below, last ? "└─ " : "├─ ", last ? "   " : "│  ");
    });
  };
  for (const root of children.get(null) ?? []) add(root, "", "", "");
  return lines;
}

/** How many steps stand before each on the longest way to it. */
function depthsOf(
  steps: readonly GraphNode[],
  byId: ReadonlyMap<string, GraphNode>,
): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const depthOf = ({ id, after }: GraphNode): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const before = after.map((other) => byId.get(other)).filter((other) => other !== undefined);
    const depth = Math.max(-1, ...before.map(depthOf)) + 1;
    depths.set(id, depth);
    return depth;
  };
  for (const step of steps) depthOf(step);
  return depths;
}
