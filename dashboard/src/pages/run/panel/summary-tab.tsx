// In short: how a step or item is, since when, why it failed, what came of it.

import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { StepResource } from "dispatched/client";
import { Button } from "../../../look/button.tsx";
import { formatDuration } from "../../../look/duration.ts";
import { JsonView } from "../../../look/json-view.tsx";
import { Moment } from "../../../look/moment.tsx";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import { statusLook } from "../../../look/status-look.ts";
import { useClient } from "../../../session/tenant-client.ts";
import { whyOff } from "../doing/why-off.ts";
import { stepDetail } from "../step-detail.ts";
import { stepStatus } from "../step-status.ts";
import { useRunPage } from "../use-run-page.ts";
import { useTaskRecord } from "./use-task-record.ts";

export function SummaryTab() {
  const { run, place, document, open } = useRunPage();
  const { step: id, item } = place;
  const { record, error } = useTaskRecord(id ?? "", item);
  const step = run.steps.find((one) => one.id === id);
  if (step === undefined) return null;
  const failure = item === null ? step.error : (record?.failure ?? null);
  const wait = document?.steps.find((one) => one.id === id)?.wait ?? null;
  const name = item === null ? step.id : `${step.id}[${item}]`;
  const { started_at: from, ended_at: to } = step;
  return (
    <>
      {failure !== null && (
        <div className="mb-2 rounded-md border border-failed bg-failed-soft px-3 py-2">
          <p className="m-0 font-semibold break-words">{failure.message}</p>
          <p className="m-0 text-sm text-soft">
            {failure.code} · {reachWords[failure.reach]}
          </p>
        </div>
      )}
      {error !== null && <ProblemNotice error={error} />}
      <dl className="m-0 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {item === null && <Fact name="In short" value={shortOf(step)} />}
        {item === null && <Fact name="Began" value={<Moment at={from} exact />} />}
        {item === null && to !== null && from !== null && (
          <Fact name="Took" value={formatDuration(Date.parse(to) - Date.parse(from))} />
        )}
        {step.next_attempt_at !== null && (
          <Fact name="Next attempt" value={<Moment at={step.next_attempt_at} exact />} />
        )}
        {step.waits_until !== null && <Fact name="Waits until" value={<Moment at={step.waits_until} />} />}
        {wait !== null && step.phase === "wait" && (
          <Fact name="Waits for" value={`${wait.kind} ${wait.names.join(", ")}`} />
        )}
        {step.child !== null && (
          <Fact
            name="Child"
            value={
              <Link to="/runs/$run" params={{ run: step.child }} className="break-all text-accent underline">
                {step.child}
              </Link>
            }
          />
        )}
        {step.compensation !== null && <Fact name="Undone" value={undoWords(step.compensation)} />}
        {record?.carriedFrom != null && <Fact name="Carried over from" value={record.carriedFrom} />}
      </dl>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button offBecause={whyOff(run, null).rerun} onClick={() => open({ type: "rerun", from: [name] })}>
          Rerun from here
        </Button>
        <Button onClick={() => place.set({ log: step.id })}>Its events</Button>
      </div>
      {item === null && <Output key={id} step={step.id} />}
    </>
  );
}

function shortOf(step: StepResource): string {
  const { word } = statusLook(stepStatus(step));
  const detail = stepDetail(step);
  return detail === "" ? word : `${word} · ${detail}`;
}

const reachWords = {
  no: "nothing was sent",
  answered: "the service answered",
  unknown: "it may have reached the service",
} as const;

function undoWords({
  status,
  attempts,
  error,
}: {
  readonly status: string;
  readonly attempts: number;
  readonly error: { readonly message: string } | null;
}) {
  return `${status}${attempts > 1 ? `, ${attempts} attempts` : ""}${error === null ? "" : `: ${error.message}`}`;
}

function Fact({ name, value }: { readonly name: string; readonly value: React.ReactNode }) {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="m-0 min-w-0 break-words">{value}</dd>
    </>
  );
}

/** Asked for when it is wanted: it may be long. */
function Output({ step }: { readonly step: string }) {
  const client = useClient();
  const { run } = useRunPage();
  const output = useMutation({ mutationFn: () => client.evaluate(run.id, `steps["${step}"].output`) });
  return (
    <div className="mt-3">
      {output.data === undefined ? (
        <Button kind="quiet" onClick={() => output.mutate()}>
          Show its output
        </Button>
      ) : (
        <JsonView value={output.data.value} label="the output" />
      )}
      {output.error !== null && <ProblemNotice error={output.error} />}
    </div>
  );
}
