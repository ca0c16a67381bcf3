// The runs of a tenant, live; those that failed, in groups; and what was done with many.

import { useMemo } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { Page } from "../../look/page.tsx";
import { Bulks } from "./bulks.tsx";
import { FailureGroups } from "./failure-groups.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { filtersOf, queryOf } from "./run-query.ts";
import { RunsView } from "./runs-view.tsx";
import { ViewTabs } from "./view-tabs.tsx";

export function RunsPage() {
  const [search, setSearch] = useTextSearch();
  const { view = "" } = search;
  const filters = filtersOf(search);
  const key = JSON.stringify(filters);
  // Times before now are counted from when the filter was chosen: the list and its stream ask for the same.
  const query = useMemo(() => queryOf(JSON.parse(key), Date.now()), [key]);
  const tabs = <ViewTabs view={view} show={(next) => setSearch({ view: next, bulk: undefined }, false)} />;
  if (view === "bulks")
    return (
      <Page title="Runs" actions={tabs}>
        <Bulks />
      </Page>
    );
  const failures = view === "failures";
  return (
    <Page title="Runs" actions={tabs}>
      <FilterBar filters={filters} only={failures ? ["workflow", "since", "from", "to"] : null} />
      {failures ? (
        <FailureGroups key={key} query={query} />
      ) : (
        <RunsView key={key} query={query} filters={filters} />
      )}
    </Page>
  );
}
