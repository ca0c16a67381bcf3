// One action on every run that fits, or that was taken by hand: told before it begins, fixed then, followed, and aborted where one wants.

import { useMutation, useQuery } from "@tanstack/react-query";
import type { BulkPreviewResource, BulkRuns } from "dispatched/client";
import { useState } from "react";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { Moment } from "../../look/moment.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { StatusMark } from "../../look/status-mark.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { actionWords, type BulkAction } from "./bulk-bar.tsx";
import { BulkProgress } from "./bulk-progress.tsx";

interface BulkDialogProps {
  readonly action: BulkAction;
  readonly runs: BulkRuns;
  readonly onClose: () => void;
}

export function BulkDialog({ action, runs, onClose }: BulkDialogProps) {
  const client = useClient();
  const preview = useQuery({
    queryKey: ["bulk-preview", action, runs],
    queryFn: () => client.previewBulk(action, runs),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  // A second press is answered with what the first one began.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const begin = useMutation({
    mutationFn: (bound: string) => {
      const fixed = "runs" in runs ? runs : { ...runs, to: runs.to ?? bound };
      return client.beginBulk(action, fixed, { idempotencyKey });
    },
  });
  const told = preview.data;
  const count = told?.matched ?? 0;
  const words = `${actionWords[action]} ${count.toLocaleString("en")} run${count === 1 ? "" : "s"}`;
  return (
    <Dialog
      title={`${actionWords[action]}: ${"runs" in runs ? "those that were taken" : "all that fit"}`}
      onClose={onClose}
      wide
    >
      {preview.error !== null && <ProblemNotice error={preview.error} />}
      {begin.data === undefined && told !== undefined && (
        <>
          <Told preview={told} named={"runs" in runs ? runs.runs.length : null} />
          <Button
            kind={action === "cancel" ? "danger" : "main"}
            offBecause={count === 0 ? "No run fits" : begin.isPending ? "It begins" : null}
            onClick={() => begin.mutate(told.bound)}
          >
            {words}
          </Button>
        </>
      )}
      {begin.error !== null && <ProblemNotice error={begin.error} />}
      {begin.data !== undefined && <BulkProgress begun={begin.data} />}
    </Dialog>
  );
}

interface ToldProps {
  readonly preview: BulkPreviewResource;
  /** How many were taken by hand; null for those that fit a filter. */
  readonly named: number | null;
}

function Told({ preview, named }: ToldProps) {
  const { matched, more, oldest_at, newest_at, bound, samples } = preview;
  return (
    <>
      <p className="mt-0 mb-3">
        <strong>{matched.toLocaleString("en")}</strong> run{matched === 1 ? "" : "s"}
        {more && ", as many as one action takes; more fit"}, made from <Moment at={oldest_at} /> to{" "}
        <Moment at={newest_at} />.{" "}
        {named === null && (
          <>
            Nothing made after <Moment at={bound} /> is taken.
          </>
        )}
        {named !== null && named > matched && `${named - matched} of those taken are not there any more.`}
      </p>
      {samples.length > 0 && (
        <ul aria-label="The newest of them" className="m-0 mb-3 list-none rounded-md border border-line p-0">
          {samples.map((run) => (
            <li key={run.id} className="flex flex-wrap gap-3 border-t border-line px-2 py-1 first:border-t-0">
              <StatusMark status={run.status} />
              <span>{run.workflow}</span>
              <code className="break-all">{run.id}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
