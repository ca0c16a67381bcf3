// Ready workflows, cloned in one click.

import { Page } from "../../look/page.tsx";

export function TemplatesPage() {
  return <Page title="Templates">{null}</Page>;
}
