// An address at which no page is.

import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { EmptyState } from "../look/empty-state.tsx";
import { Page } from "../look/page.tsx";

export function NotFoundPage() {
  return (
    <Page title="Nothing here">
      <EmptyState shape={Compass} title="There is no page at this address">
        <Link to="/runs" className="text-accent underline">
          To the runs
        </Link>
      </EmptyState>
    </Page>
  );
}
