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

/** What the palette goes to within a page, beside the pages. */
export const partsOfPlaces: readonly {
  readonly to: string;
  readonly title: string;
  readonly search?: Readonly<Record<string, string>>;
}[] = [
  { to: "/runs", title: "Runs: failures in groups", search: { view: "failures" } },
  { to: "/runs", title: "Runs: actions on many", search: { view: "bulks" } },
  { to: "/automations/schedules", title: "Automations: schedules" },
  { to: "/automations/hooks", title: "Automations: hooks" },
  { to: "/automations/grants", title: "Automations: grants" },
  { to: "/automations/inbox", title: "Automations: inbox" },
  { to: "/automations/hosts", title: "Automations: hosts" },
  { to: "/settings/keys", title: "Settings: keys" },
  { to: "/settings/sessions", title: "Settings: sessions" },
  { to: "/settings/signing", title: "Settings: signing" },
  { to: "/settings/audit", title: "Settings: audit" },
];

export const places: readonly Place[] = [
  { to: "/runs", title: "Runs", shape: ListTree, key: "r" },
  { to: "/waits", title: "Waits", shape: Hand, key: "w" },
  { to: "/workflows", title: "Workflows", shape: Workflow, key: "f" },
  { to: "/templates", title: "Templates", shape: LayoutTemplate, key: "t" },
  { to: "/automations", title: "Automations", shape: AlarmClock, key: "a" },
  { to: "/secrets", title: "Secrets", shape: KeyRound, key: "s" },
  { to: "/settings", title: "Settings", shape: Settings, key: "," },
];
