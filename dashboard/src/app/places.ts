// The pages of the rail: their names, shapes and keys.

import {
  AlarmClock,
  Hand,
  KeyRound,
  LayoutTemplate,
  ListTree,
  type LucideIcon,
  Settings,
  Workflow,
} from "lucide-react";

export interface Place {
  readonly to: string;
  readonly title: string;
  readonly shape: LucideIcon;
  /** Pressed after `g`. */
  readonly key: string;
}

export const places: readonly Place[] = [
  { to: "/runs", title: "Runs", shape: ListTree, key: "r" },
  { to: "/waits", title: "Waits", shape: Hand, key: "w" },
  { to: "/workflows", title: "Workflows", shape: Workflow, key: "f" },
  { to: "/templates", title: "Templates", shape: LayoutTemplate, key: "t" },
  { to: "/automations", title: "Automations", shape: AlarmClock, key: "a" },
  { to: "/secrets", title: "Secrets", shape: KeyRound, key: "s" },
  { to: "/settings", title: "Settings", shape: Settings, key: "," },
];
