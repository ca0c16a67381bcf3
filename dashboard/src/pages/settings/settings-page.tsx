// Keys, sessions, signing and audit of a tenant.

import { useParams } from "@tanstack/react-router";
import { LinkTabs } from "../../look/link-tabs.tsx";
import { Page } from "../../look/page.tsx";
import { Audit } from "./audit.tsx";
import { Keys } from "./keys.tsx";
import { Sessions } from "./sessions.tsx";
import { Signing } from "./signing.tsx";

const parts = {
  keys: { title: "Keys", Part: Keys },
  sessions: { title: "Sessions", Part: Sessions },
  signing: { title: "Signing", Part: Signing },
  audit: { title: "Audit", Part: Audit },
} as const;

export function SettingsPage() {
  const { part = "keys" } = useParams({ strict: false }) as { readonly part?: string };
  const { title, Part } = parts[part as keyof typeof parts] ?? parts.keys;
  const tabs = Object.entries(parts).map(([id, one]) => ({ to: `/settings/${id}`, title: one.title }));
  return (
    <Page title={`Settings: ${title}`} heading="Settings">
      <LinkTabs label="Settings" tabs={tabs} />
      <Part />
    </Page>
  );
}
