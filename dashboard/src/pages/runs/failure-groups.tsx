// Runs that ended badly, live, grouped by what they have in common: workflow, step, code and status.

import { Link } from "@tanstack/react-router";
import type { FailureGroupResource } from "dispatched/client";
import { ArrowUp, CircleCheck } from "lucide-react";
import { useState } from "react";
import { Button, buttonClass } from "../../look/button.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { LiveMark } from "../../look/live-mark.tsx";
import { Moment } from "../../look/moment.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { BulkDialog } from "./bulk-dialog.tsx";
import type { RunQuery } from "./run-query.ts";
import { useFailureGroups } from "./use-failure-groups.ts";

export function FailureGroups({ query: { workflow, from, to } }: { readonly query: RunQuery }) {
  const asked = {
    ...(workflow === undefined ? {} : { workflow }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const { groups, fresh, live, error, again, order, more } = useFailureGroups(asked);
  if (error !== null) return <ProblemNotice error={error} onAgain={again} />;
  if (groups === undefined) return <p className="text-soft">Loading…</p>;
  return (
    <>
      <div className="mb-2 flex min-h-[var(--row)] items-center gap-2">
        {fresh > 0 && (
          <Button kind="main" onClick={order}>
            <ArrowUp size={16} aria-hidden /> {fresh.toLocaleString("en")} new
          </Button>
        )}
        <LiveMark live={live} />
      </div>
      {groups.length === 0 && (
        <EmptyState shape={CircleCheck} title="Nothing has failed">
          Runs that fail in the same step, with the same code and status, stand here as one line.
        </EmptyState>
      )}
      {groups.length > 0 && (
        <ul aria-label="Groups of failures" className="m-0 list-none p-0">
          {groups.map((group) => (
            <Group key={group.fingerprint} group={group} query={asked} />
          ))}
        </ul>
      )}
      {more !== null && (
        <Button className="mt-3" onClick={more}>
          Show more
        </Button>
      )}
    </>
  );
}

interface GroupProps {
  readonly group: FailureGroupResource;
  readonly query: RunQuery;
}

function Group({ group, query }: GroupProps) {
  const [open, setOpen] = useState(false);
  const { fingerprint, workflow, versions, step, undo, code, status, count, more } = group;
  const runs = `${count.toLocaleString("en")}${more ? "+" : ""}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-2 py-2">
      <span className="tabular min-w-10 text-lg font-semibold text-failed">
        {runs}
        <span className="sr-only"> runs</span>
      </span>
      <div className="min-w-0 flex-1 basis-72">
        <div>
          <span className="font-semibold">{workflow}</span>{" "}
          <span className="text-soft">{versions.map((one) => `v${one}`).join(", ")}</span>
          {step !== null && (
            <>
              {" · "}
              {undo && "undo of "}
              <code>{step}</code>
            </>
          )}
        </div>
        <div className="text-sm text-soft">
          {code !== null && (
            <a className="text-accent underline" href={`/docs/errors/${code}`}>
              {code}
            </a>
          )}
          {status !== null && ` · answered ${status}`}
        </div>
      </div>
      <div className="text-sm text-soft">
        last <Moment at={group.last_at} />
        <br />
        first <Moment at={group.first_at} />
      </div>
      <div className="flex gap-2">
        <Link to="/runs" search={{ fingerprint } as never} className={buttonClass()}>
          Show runs
        </Link>
        <Button onClick={() => setOpen(true)}>Rerun these…</Button>
      </div>
      {open && <BulkDialog action="rerun" runs={{ ...query, fingerprint }} onClose={() => setOpen(false)} />}
    </li>
  );
}
