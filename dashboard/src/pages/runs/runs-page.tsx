// The runs of a tenant, live; and those that failed, in groups.

import { useMemo } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { Page } from "../../look/page.tsx";
import { FailureGroups } from "./failure-groups.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { filtersOf, queryOf } from "./run-query.ts";
import { RunsView } from "./runs-view.tsx";

const tab =
  "border-0 border-b-2 border-transparent bg-transparent px-2 py-1 text-ink aria-selected:border-accent aria-selected:font-semibold";

export function RunsPage() {
  const [search, setSearch] = useTextSearch();
  const failures = search["view"] === "failures";
  const filters = filtersOf(search);
  const key = JSON.stringify(filters);
  // Times before now are counted from when the filter was chosen: the list and its stream ask for the same.
  const query = useMemo(() => queryOf(JSON.parse(key), Date.now()), [key]);
  const show = (view: string) => setSearch({ view }, false);
  return (
    <Page
      title="Runs"
      actions={
        <div role="tablist" aria-label="What is shown" className="flex gap-1">
          <button type="button" role="tab" aria-selected={!failures} className={tab} onClick={() => show("")}>
            All runs
          </button>
          <button
            type="button"
            role="tab"
            aria-selected={failures}
            className={tab}
            onClick={() => show("failures")}
          >
            Failures, grouped
          </button>
        </div>
      }
    >
      <FilterBar filters={filters} only={failures ? ["workflow", "since", "from", "to"] : null} />
      {failures ? (
        <FailureGroups key={key} query={query} />
      ) : (
        <RunsView key={key} query={query} filters={filters} />
      )}
    </Page>
  );
}
