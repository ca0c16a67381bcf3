// One wait: of which run, for what, until when; and the form that answers it.

import { Link } from "@tanstack/react-router";
import type { RunItemResource, RunWaitsResource } from "dispatched/client";
import { Clock } from "lucide-react";
import { useState } from "react";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { Moment } from "../../look/moment.tsx";
import { countdown } from "../../look/now-text.tsx";
import { useNow } from "../../look/use-now.ts";
import { SignalForm } from "../../signal/signal-form.tsx";

type Wait = RunWaitsResource["waits"][number];

interface WaitCardProps {
  readonly run: RunItemResource;
  readonly wait: Wait;
}

/** Nearer than this, a deadline stands out. */
const soonMs = 3_600_000;

export function WaitCard({ run, wait }: WaitCardProps) {
  const [open, setOpen] = useState(false);
  const { step, item, kind, names, mode, since } = wait;
  const labels = Object.entries(run.labels).map(([name, value]) => `${name}=${value}`);
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-line py-2.5">
      <div className="min-w-0 flex-1 basis-72">
        <div>
          <span className="font-semibold">{run.workflow}</span>{" "}
          <span className="text-soft">v{run.version}</span>
          {" · "}
          <code>{item === null ? step : `${step}[${item}]`}</code> waits for{" "}
          {kind === "callback" ? (
            "its callback"
          ) : (
            <code>{names.join(mode === "all" ? " and " : " or ")}</code>
          )}
        </div>
        <div className="text-sm break-all text-soft">
          <Link to={`/runs/${run.id}`} className="text-accent underline">
            {run.id}
          </Link>
          {labels.length > 0 && ` · ${labels.join(" · ")}`}
        </div>
      </div>
      <div className="text-sm md:w-64">
        <Deadline until={wait.until} />
        <Since since={since} />
      </div>
      {kind === "signal" ? (
        <Button kind="main" className="max-md:ml-auto" onClick={() => setOpen(true)}>
          Answer…
        </Button>
      ) : (
        <Button offBecause="Whoever holds the address of the callback answers it">Answer…</Button>
      )}
      {open && (
        <Dialog title={`Answer ${step} of ${run.workflow}`} onClose={() => setOpen(false)} wide>
          <p className="mt-0 mb-3 text-sm text-soft">
            <Deadline until={wait.until} />
          </p>
          <SignalForm run={run.id} names={names} schema={wait.schema} onSent={() => setOpen(false)} />
        </Dialog>
      )}
    </li>
  );
}

function Deadline({ until }: { readonly until: string | null }) {
  const now = useNow();
  if (until === null) return <span className="text-soft">no deadline</span>;
  const leftMs = Date.parse(until) - now;
  return (
    <span className={leftMs < soonMs ? "text-failed" : ""} title={until}>
      <Clock size={14} aria-hidden className="mr-1 inline" />
      <span className="tabular">{leftMs <= 0 ? "due now" : `${countdown(leftMs)} left`}</span>
      <span className="sr-only">
        , until <Moment at={until} />
      </span>
    </span>
  );
}

function Since({ since }: { readonly since: string }) {
  const waited = useNow() - Date.parse(since);
  return (
    <div className="text-soft" title={since}>
      waits for {waited < 1_000 ? "a moment" : countdown(waited)}
    </div>
  );
}
