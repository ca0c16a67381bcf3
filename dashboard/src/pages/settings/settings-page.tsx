// Keys, sessions, signing and audit of a tenant.

import { Page } from "../../look/page.tsx";

export function SettingsPage() {
  return <Page title="Settings">{null}</Page>;
}
