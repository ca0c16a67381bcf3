// The list of runs of one filter: rows, what is new, what is chosen and can be done with it.

import { Link } from "@tanstack/react-router";
import { ArrowUp, SearchX } from "lucide-react";
import { useState } from "react";
import { Button } from "../../look/button.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { LiveMark } from "../../look/live-mark.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { FirstRun } from "./first-run.tsx";
import type { Filters, RunQuery } from "./run-query.ts";
import { RunTable } from "./run-table.tsx";
import { useRunList } from "./use-run-list.ts";

interface RunsViewProps {
  readonly query: RunQuery;
  readonly filters: Filters;
}

export function RunsView({ query, filters }: RunsViewProps) {
  const [list, view] = useRunList(query);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (view.state === "failed" && view.rows.length === 0) {
    return <ProblemNotice error={view.error} onAgain={() => void list.reload()} />;
  }
  if (view.state === "loading") return <p className="text-soft">Loading…</p>;
  if (view.rows.length === 0) {
    return Object.keys(filters).length === 0 ? <FirstRun /> : <NothingFits />;
  }
  const toggle = (run: string) => {
    const next = new Set(chosen);
    if (!next.delete(run)) next.add(run);
    setChosen(next);
  };
  return (
    <>
      <div className="mb-2 flex min-h-[var(--row)] flex-wrap items-center gap-2">
        <BulkBar query={query} chosen={chosen} onClear={() => setChosen(new Set())} />
        <LiveMark live={view.live} />
      </div>
      {view.fresh > 0 && (
        <div className="sticky top-2 z-10 -mb-[var(--row)] flex justify-center">
          <Button
            kind="main"
            className="shadow-lg"
            onClick={() => {
              window.scrollTo(0, 0);
              void list.reload();
            }}
          >
            <ArrowUp size={16} aria-hidden /> {view.fresh.toLocaleString("en")} new
          </Button>
        </div>
      )}
      <RunTable list={list} view={view} chosen={chosen} onToggle={toggle} />
      {view.moreError !== null && <ProblemNotice error={view.moreError} onAgain={() => void list.more()} />}
    </>
  );
}

function NothingFits() {
  return (
    <EmptyState shape={SearchX} title="No run fits these filters">
      <p className="m-0">Runs that come to fit appear here by themselves.</p>
      <Link to="/runs" className="text-accent underline">
        Show all runs
      </Link>
    </EmptyState>
  );
}
