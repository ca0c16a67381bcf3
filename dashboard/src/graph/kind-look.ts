// The kinds of steps: for each its word and shape.

import type { GraphNode } from "dispatched/language";
import { ArrowUpRight, Braces, Hand, type LucideIcon, Moon, Workflow } from "lucide-react";

interface KindLook {
  readonly word: string;
  readonly shape: LucideIcon;
}

const looks: Readonly<Record<GraphNode["kind"], KindLook>> = {
  request: { word: "call", shape: ArrowUpRight },
  wait: { word: "wait", shape: Hand },
  sleep: { word: "sleep", shape: Moon },
  workflow: { word: "child run", shape: Workflow },
  value: { word: "value", shape: Braces },
};

export function kindLook(kind: GraphNode["kind"]): KindLook {
  return looks[kind];
}
