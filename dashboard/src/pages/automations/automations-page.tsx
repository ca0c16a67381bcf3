// What goes by itself: schedules, hooks, grants, the inbox of what came while nobody was signed in, and rules for called hosts.

import { useParams } from "@tanstack/react-router";
import { LinkTabs } from "../../look/link-tabs.tsx";
import { Page } from "../../look/page.tsx";
import { Grants } from "./grants.tsx";
import { Hooks } from "./hooks.tsx";
import { Hosts } from "./hosts.tsx";
import { Inbox } from "./inbox.tsx";
import { Schedules } from "./schedules.tsx";

const parts = {
  schedules: { title: "Schedules", Part: Schedules },
  hooks: { title: "Hooks", Part: Hooks },
  grants: { title: "Grants", Part: Grants },
  inbox: { title: "Inbox", Part: Inbox },
  hosts: { title: "Hosts", Part: Hosts },
} as const;

export function AutomationsPage() {
  const { part = "schedules" } = useParams({ strict: false }) as { readonly part?: string };
  const { title, Part } = parts[part as keyof typeof parts] ?? parts.schedules;
  const tabs = Object.entries(parts).map(([id, one]) => ({ to: `/automations/${id}`, title: one.title }));
  return (
    <Page title={`Automations: ${title}`} heading="Automations">
      <LinkTabs label="Automations" tabs={tabs} />
      <Part />
    </Page>
  );
}
