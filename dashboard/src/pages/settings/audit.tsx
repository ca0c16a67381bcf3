// The audit log: what was done with the tenant's data and keys, and whether the log of it holds.

import { useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEntryResource } from "dispatched/client";
import { useState } from "react";
import { Button } from "../../look/button.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { Moment } from "../../look/moment.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { AuditExportDialog } from "./audit-export-dialog.tsx";
import { CheckExportDialog } from "./check-export-dialog.tsx";
import { VerdictLine } from "./verdict-line.tsx";

function whatOf({ fields, texts }: AuditEntryResource): string {
  const shown = (value: unknown) =>
    Array.isArray(value) && value.length > 1 ? `${value[0]} and ${value.length - 1} more` : String(value);
  return Object.entries({ ...texts, ...fields })
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(", ");
}

const columns: readonly Column<AuditEntryResource>[] = [
  { title: "Entry", cell: ({ seq }) => seq, roomy: true },
  { title: "When", cell: ({ at }) => <Moment at={at} /> },
  { title: "Action", cell: ({ action }) => <code>{action}</code> },
  {
    title: "By",
    roomy: true,
    cell: ({ actor, address }) =>
      [actor.type.replaceAll("_", " "), actor.id, address].filter((part) => part !== null).join(" "),
  },
  { title: "What", cell: whatOf, roomy: true },
];

function Verdict() {
  const client = useClient();
  const verify = useAct(() => client.verifyAudit(1), []);
  const { data, error, isPending, mutate } = verify;
  return (
    <div className="flex flex-wrap items-center gap-3">
      {error !== null && <ProblemNotice error={error} />}
      {data !== undefined && <VerdictLine of="The log" verdict={data} />}
      <Button offBecause={isPending ? "under way" : null} onClick={() => mutate(undefined)}>
        Check the log
      </Button>
    </div>
  );
}

export function Audit() {
  const client = useClient();
  const [exporting, setExporting] = useState(false);
  const [checking, setChecking] = useState(false);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["audit"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => client.listAudit(pageParam, 100),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = data?.pages.flatMap(({ entries }) => entries) ?? [];
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <Verdict />
        <span className="flex gap-2">
          <Button onClick={() => setChecking(true)}>Check a file</Button>
          <Button onClick={() => setExporting(true)}>Export</Button>
        </span>
      </div>
      {error !== null && <ProblemNotice error={error} onAgain={() => void refetch()} />}
      <DataTable caption="Audit log" columns={columns} rows={rows} keyOf={({ id }) => id} />
      {hasNextPage && (
        <Button className="mt-3" onClick={() => void fetchNextPage()}>
          Older ones
        </Button>
      )}
      {checking && <CheckExportDialog onClose={() => setChecking(false)} />}
      {exporting && <AuditExportDialog onClose={() => setExporting(false)} />}
    </>
  );
}
