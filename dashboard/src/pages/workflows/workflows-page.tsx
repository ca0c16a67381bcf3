// The workflows of a tenant: the highest version of each, and the way to a new one.

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { AnswerOf } from "dispatched/client";
import { PenLine, Workflow } from "lucide-react";
import { useDraftedNames } from "../../editor/drafts.ts";
import { Button, buttonClass } from "../../look/button.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { Page } from "../../look/page.tsx";
import { StatusMark } from "../../look/status-mark.tsx";
import { useAccounts } from "../../session/accounts.ts";
import { allPages } from "../../session/all-pages.ts";
import { useClient } from "../../session/tenant-client.ts";
import { OutcomeStrip } from "./outcome-strip.tsx";
import { StartedBy } from "./started-by.tsx";

type Listed = AnswerOf<"GET /api/workflows">["workflows"][number];

/** How its runs of the last 24 hours ended: shape, word and count. */
function Outcomes({ stats }: Pick<Listed, "stats">) {
  const counted = Object.entries(stats?.outcomes ?? {}).filter(([, count]) => count > 0);
  if (counted.length === 0) return <span className="text-soft">none</span>;
  return (
    <span className="flex flex-wrap gap-x-3">
      {counted.map(([status, count]) => (
        <span key={status} className="inline-flex items-center gap-1 tabular">
          {count} <StatusMark status={status} size={14} />
        </span>
      ))}
    </span>
  );
}

function columnsOf(drafted: ReadonlySet<string>): readonly Column<Listed>[] {
  return [
    {
      title: "Name",
      cell: ({ name, version, description }) => (
        <>
          <span className="flex flex-wrap items-baseline gap-x-2">
            <Link to="/workflows/$name" params={{ name }} className="font-semibold text-ink hover:underline">
              {name}
            </Link>
            <span className="text-sm text-soft">version {version}</span>
            {drafted.has(name) && (
              <span className="inline-flex items-center gap-1 text-sm text-soft">
                <PenLine size={13} aria-hidden className="text-amber" /> draft
              </span>
            )}
          </span>
          {description !== null && (
            <span className="line-clamp-1 text-sm text-soft" title={description}>
              {description}
            </span>
          )}
        </>
      ),
    },
    { title: "Started by", cell: ({ triggers }) => <StartedBy triggers={triggers ?? []} /> },
    { title: "Ended in 24 h", roomy: true, cell: ({ stats }) => <Outcomes stats={stats} /> },
    {
      title: "Last runs",
      roomy: true,
      cell: ({ stats }) => <OutcomeStrip recent={stats?.recent ?? []} />,
    },
    { title: "Stored", roomy: true, cell: ({ created_at }) => <Moment at={created_at} /> },
    {
      title: "Runs",
      end: true,
      cell: ({ name }) => (
        <Link
          to="/runs"
          search={{ workflow: name } as never}
          aria-label={`Runs of ${name}`}
          className="text-accent underline"
        >
          Runs
        </Link>
      ),
    },
  ];
}

export function WorkflowsPage() {
  const client = useClient();
  const navigate = useNavigate();
  const drafted = useDraftedNames(useAccounts().current ?? "");
  const workflows = useQuery({
    queryKey: ["workflows"],
    queryFn: () =>
      allPages(async (cursor) => {
        const page = await client.listWorkflows(cursor, { triggers: true });
        return { rows: page.workflows, next: page.next };
      }),
  });
  const begin = (format: "yaml" | "json") =>
    void navigate({ to: "/workflows/$name", params: { name: "~new" }, search: { format } as never });
  return (
    <Page
      title="Workflows"
      actions={
        <>
          <Link to="/templates" className={buttonClass("plain")}>
            Templates
          </Link>
          <Button kind="main" onClick={() => begin("yaml")}>
            New workflow
          </Button>
        </>
      }
    >
      {drafted.has("~new") && (
        <p className="mt-0">
          <PenLine size={15} aria-hidden className="mr-1 inline text-amber" />
          There is a draft of a new workflow in this tab.{" "}
          <Link to="/workflows/$name" params={{ name: "~new" }} className="text-accent underline">
            Go on with it
          </Link>
        </p>
      )}
      <Loaded of={workflows}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState shape={Workflow} title="There is no workflow yet">
              <p>
                A workflow is a document that says which services are called, in which order, and what undoes
                them.
              </p>
              <p className="flex justify-center gap-2">
                <Link to="/templates" className={buttonClass("main")}>
                  Begin with a template
                </Link>
                <Button onClick={() => begin("yaml")}>Write YAML</Button>
                <Button onClick={() => begin("json")}>Write JSON</Button>
              </p>
            </EmptyState>
          ) : (
            <DataTable
              caption="Workflows"
              columns={columnsOf(drafted)}
              rows={rows}
              keyOf={({ name }) => name}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
