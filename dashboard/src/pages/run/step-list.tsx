// The steps of a run as a list, for narrow windows.

import type { StepResource } from "dispatched/client";
import { ChevronRight } from "lucide-react";
import { StatusMark } from "../../look/status-mark.tsx";
import { stepDetail } from "./step-detail.ts";
import { stepStatus } from "./step-status.ts";
import { useRunPage } from "./use-run-page.ts";

export function StepList() {
  const { run } = useRunPage();
  return (
    <section aria-label="Steps" className="mb-3">
      <h2 className="m-0 mb-1 text-base font-semibold">Steps</h2>
      <ol className="m-0 list-none rounded-md border border-line p-0">
        {run.steps.map((step) => (
          <Row key={step.id} step={step} />
        ))}
      </ol>
    </section>
  );
}

function Row({ step }: { readonly step: StepResource }) {
  const { place } = useRunPage();
  return (
    <li className="border-t border-line first:border-t-0">
      <button
        type="button"
        className="flex min-h-[var(--row)] w-full items-center gap-2 px-2.5 text-left aria-[current]:bg-accent-soft"
        aria-current={place.step === step.id || undefined}
        onClick={() => place.go({ step: step.id })}
      >
        <StatusMark status={stepStatus(step)} bare />
        <span className="min-w-0 truncate font-semibold">{step.id}</span>
        <span className="ml-auto truncate text-sm text-soft">{stepDetail(step)}</span>
        <ChevronRight size={16} aria-hidden className="shrink-0 text-quiet" />
      </button>
    </li>
  );
}
