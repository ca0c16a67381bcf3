// The versions of a workflow, and what differs between two of them.

import { useQuery } from "@tanstack/react-query";
import type { WorkflowResource } from "dispatched/client";
import { useMemo } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import DiffView from "../../editor/diff-view.tsx";
import { ChoiceField } from "../../look/choice-field.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { formatMoment } from "../../look/moment.tsx";
import { usePreferences } from "../../look/preferences.ts";
import { allPages } from "../../session/all-pages.ts";
import { useClient } from "../../session/tenant-client.ts";

export default function VersionsTab({
  workflow: { name, version },
}: {
  readonly workflow: WorkflowResource;
}) {
  const client = useClient();
  const { zone } = usePreferences();
  const [{ from, to }, setSearch] = useTextSearch();
  const versions = useQuery({
    queryKey: ["versions", name],
    queryFn: () =>
      allPages(async (cursor) => {
        const page = await client.listVersions(name, cursor);
        return { rows: page.versions, next: page.next };
      }),
  });
  return (
    <Loaded of={versions}>
      {(rows) => {
        const right = to ?? String(version);
        const left = from ?? String(rows[1]?.version ?? rows[0]?.version ?? version);
        const options = rows.map((row) => ({
          value: String(row.version),
          title: `Version ${row.version} · ${formatMoment(row.created_at, zone)}`,
        }));
        return (
          <>
            <div className="grid max-w-3xl gap-x-4 sm:grid-cols-2">
              <ChoiceField
                label="From"
                options={options}
                value={left}
                onChange={({ target }) => setSearch({ from: target.value })}
              />
              <ChoiceField
                label="To"
                options={options}
                value={right}
                onChange={({ target }) => setSearch({ to: target.value })}
              />
            </div>
            {rows.length < 2 && (
              <p className="mt-0 text-soft">
                There is one version so far. The next that is saved is compared here.
              </p>
            )}
            <Difference name={name} left={left} right={right} />
          </>
        );
      }}
    </Loaded>
  );
}

interface DifferenceProps {
  readonly name: string;
  readonly left: string;
  readonly right: string;
}

function Difference({ name, left, right }: DifferenceProps) {
  const client = useClient();
  // A stored version never changes.
  const both = useQuery({
    queryKey: ["version", name, left, right],
    queryFn: () => Promise.all([client.getWorkflow(name, left), client.getWorkflow(name, right)]),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <Loaded of={both}>{([a, b]) => <Sides a={a} b={b} />}</Loaded>;
}

function sideOf({ text, format, version }: WorkflowResource) {
  return { text, format, title: `Version ${version}` };
}

function Sides({ a, b }: { readonly a: WorkflowResource; readonly b: WorkflowResource }) {
  const left = useMemo(() => sideOf(a), [a]);
  const right = useMemo(() => sideOf(b), [b]);
  return <DiffView left={left} right={right} />;
}
