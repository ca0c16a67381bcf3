// One run: what happened, why, and what can be done.

import { useParams } from "@tanstack/react-router";
import type { ExplanationResource } from "dispatched/client";
import { Suspense, useState } from "react";
import { Page } from "../../look/page.tsx";
import { part } from "../../look/part.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { EventLog } from "./log/event-log.tsx";
import { StepPanel } from "./panel/step-panel.tsx";
import { RunActions } from "./run-actions.tsx";
import { RunHeading } from "./run-heading.tsx";
import { StepsView } from "./steps-view.tsx";
import { type Place, usePlace } from "./use-place.ts";
import { useRunFeed } from "./use-run-feed.ts";
import { type RunDialog, RunPageContext, useDocument } from "./use-run-page.ts";
import { Verdict } from "./verdict.tsx";

const RunDialogs = part(async () => (await import("./doing/run-dialogs.tsx")).RunDialogs);

const nowhere: Place = { step: null, item: null, attempt: null, kind: null };

/** Where a run that ends badly is opened: at the failing attempt. */
function failingPlace(verdict: ExplanationResource | null): Place {
  const failure = verdict?.failure ?? null;
  if (failure === null || failure.step === null) return nowhere;
  return { step: failure.step, item: failure.item, attempt: failure.attempt, kind: null };
}

export function RunPage() {
  const { run: id = "" } = useParams({ strict: false }) as { readonly run?: string };
  return <OneRun key={id} id={id} />;
}

function OneRun({ id }: { readonly id: string }) {
  const { feed, snapshot } = useRunFeed(id);
  const { run, verdict, error } = snapshot;
  const { document, documentLoads } = useDocument(run);
  const place = usePlace(failingPlace(verdict));
  const [dialog, open] = useState<RunDialog | null>(null);
  if (run === null) {
    return (
      <Page title="Run">
        {error === null ? <p className="text-soft">Loads {id}</p> : <ProblemNotice error={error} />}
      </Page>
    );
  }
  return (
    <RunPageContext value={{ feed, snapshot, run, verdict, document, documentLoads, place, open }}>
      <Page title={`${run.workflow} · ${run.status}`} heading={<RunHeading />} actions={<RunActions />}>
        <Verdict />
        <div className="mt-3 flex items-stretch gap-0">
          <div className="min-w-0 flex-1">
            <StepsView />
            <EventLog />
          </div>
          <StepPanel />
        </div>
      </Page>
      {dialog !== null && (
        <Suspense>
          <RunDialogs dialog={dialog} onClose={() => open(null)} />
        </Suspense>
      )}
    </RunPageContext>
  );
}
