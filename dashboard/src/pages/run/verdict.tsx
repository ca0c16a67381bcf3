// The verdict over the whole width: what happened, where, why, what it means, what to do; in words that the engine chose.

import { Link } from "@tanstack/react-router";
import type { ExplanationResource, StepResource } from "dispatched/client";
import { ArrowRight } from "lucide-react";
import { NowText } from "../../look/now-text.tsx";
import { NextStep } from "./next-step.tsx";
import { useRunPage } from "./use-run-page.ts";

/** From the run itself down to the child in which the cause lies. */
function chainOf(verdict: ExplanationResource): readonly ExplanationResource[] {
  return verdict.inner === null ? [verdict] : [verdict, ...chainOf(verdict.inner)];
}

const tones: Readonly<Record<string, string>> = {
  failed: "border-failed bg-failed-soft",
  timed_out: "border-failed bg-failed-soft",
  compensating: "border-amber bg-amber-soft",
  completed: "border-completed bg-completed-soft",
};

export function Verdict() {
  const { run, verdict } = useRunPage();
  const tone = tones[run.status] ?? "border-line-strong bg-sunken";
  if (verdict === null) {
    return (
      <section aria-label="Verdict" className={`rounded-md border-l-4 px-3 py-2 ${tone}`}>
        <p className="m-0 font-semibold">
          <NowText now={run.now} due={run.due} />
        </p>
        {run.error !== null && <p className="m-0">{run.error.message}</p>}
      </section>
    );
  }
  const chain = chainOf(verdict);
  const deepest = chain.at(-1) ?? verdict;
  const { cause, failure } = deepest;
  return (
    <section aria-label="Verdict" className={`rounded-md border-l-4 px-3 py-2 ${tone}`}>
      <p className="m-0 text-lg font-semibold break-words" data-verdict>
        {run.ended_at === null ? <NowText now={run.now} due={run.due} /> : verdict.verdict}
      </p>
      {chain.length > 1 && <Chain chain={chain} />}
      <dl className="m-0 mt-1 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
        {failure !== null && <Fact name="Where" value={<Where of={deepest} own={chain.length === 1} />} />}
        {cause !== null && <Fact name="Why" value={<span data-cause>{cause}</span>} />}
        {verdict.consequence !== null && <Fact name="So" value={verdict.consequence} />}
        {verdict.next.action !== "none" && <Fact name="Next" value={<NextStep next={verdict.next} />} />}
      </dl>
      <OtherFailures first={verdict.failure?.step ?? null} />
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: React.ReactNode }) {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="m-0 min-w-0 break-words">{value}</dd>
    </>
  );
}

function Where({ of, own }: { readonly of: ExplanationResource; readonly own: boolean }) {
  const { place } = useRunPage();
  const { failure } = of;
  if (failure === null) return null;
  const { step, item, attempt, request, code } = failure;
  const name = step === null ? "the run itself" : item === null ? step : `${step}[${item}]`;
  return (
    <span data-where>
      {own && step !== null ? (
        <button
          type="button"
          className="text-accent underline"
          onClick={() => place.go({ step, item, attempt })}
        >
          {name}
        </button>
      ) : (
        name
      )}
      {attempt !== null && `, attempt ${attempt}`}
      {request !== null && (
        <>
          {" · "}
          <code className="break-all">{request}</code>
        </>
      )}
      {" · "}
      {code.startsWith("http_") ? (
        <span className="text-soft">{code}</span>
      ) : (
        <a href={`/docs/errors/${code}`} className="text-soft underline">
          {code}
        </a>
      )}
    </span>
  );
}

/** The children through which the cause came, the deepest last. */
function Chain({ chain }: { readonly chain: readonly ExplanationResource[] }) {
  return (
    <p className="m-0 flex flex-wrap items-center gap-x-1.5 text-sm">
      {chain.map(({ run, workflow, failure }, index) => (
        <span key={run} className="inline-flex items-center gap-1.5">
          {index > 0 && <ArrowRight size={14} aria-label="in its child" className="text-quiet" />}
          {index === 0 ? (
            <span>{failure?.step ?? workflow}</span>
          ) : (
            <Link to="/runs/$run" params={{ run }} className="text-accent underline">
              {workflow}
              {failure?.step != null && ` · ${failure.step}`}
            </Link>
          )}
        </span>
      ))}
    </p>
  );
}

/** Steps that failed besides the one of the verdict, the earliest first. */
function OtherFailures({ first }: { readonly first: string | null }) {
  const { run, place } = useRunPage();
  const others = run.steps
    .filter(
      ({ id, status, compensation }) =>
        id !== first && (status === "failed" || compensation?.status === "failed"),
    )
    .sort((a, b) => (a.ended_at ?? "").localeCompare(b.ended_at ?? ""));
  if (others.length === 0) return null;
  return (
    <div className="mt-1 flex flex-wrap gap-x-3 text-sm">
      <span className="text-soft">Failed, too:</span>
      {others.slice(0, 12).map((step) => (
        <button
          key={step.id}
          type="button"
          className="text-accent underline"
          onClick={() => place.go({ step: step.id })}
        >
          {step.id}: {failureWords(step)}
        </button>
      ))}
    </div>
  );
}

function failureWords({ status, error, compensation }: StepResource): string {
  if (status !== "failed") return `could not be undone, ${compensation?.error?.code ?? "failed"}`;
  return error?.code ?? "failed";
}
