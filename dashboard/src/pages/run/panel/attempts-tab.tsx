// Every attempt of a step or item: when, how long, how it ended, what it used.

import { formatDuration } from "../../../look/duration.ts";
import { Moment } from "../../../look/moment.tsx";
import { StatusMark } from "../../../look/status-mark.tsx";
import { useRunPage } from "../use-run-page.ts";
import { attemptAt } from "./attempt-at.ts";
import { attemptWords } from "./attempt-words.ts";
import type { Attempt } from "./attempts-of.ts";
import { RecordCut } from "./record-cut.tsx";
import { useTaskRecord } from "./use-task-record.ts";

export function AttemptsTab() {
  const { place } = useRunPage();
  const { record, cutAfter } = useTaskRecord(place.step ?? "", place.item);
  if (record === null) return null;
  if (record.attempts.length === 0) return <p className="m-0 text-soft">There was no attempt.</p>;
  const chosen = attemptAt(record.attempts, place);
  return (
    <>
      <RecordCut after={cutAfter} />
      <ol className="m-0 list-none p-0">
        {record.attempts.map((attempt) => (
          <Row
            key={`${attempt.kind} ${attempt.number} ${attempt.from}`}
            attempt={attempt}
            selected={attempt === chosen}
          />
        ))}
      </ol>
    </>
  );
}

function Row({ attempt, selected }: { readonly attempt: Attempt; readonly selected: boolean }) {
  const { place } = useRunPage();
  const { kind, number, from, to, outcome, response, failure, secrets } = attempt;
  const { step, item } = place;
  const at = { step, item, attempt: number, kind: kind === "call" ? null : kind };
  return (
    <li className="border-t border-line first:border-t-0">
      <button
        type="button"
        aria-current={selected || undefined}
        className="w-full px-1 py-1.5 text-left hover:bg-sunken aria-[current]:bg-accent-soft"
        onClick={() => place.go({ ...at, tab: "response" })}
      >
        <span className="flex flex-wrap items-center gap-x-3">
          <StatusMark status={outcome === "dropped" ? "cancelled" : outcome} />
          <span className="font-semibold">
            {attemptWords[kind]} {number}
          </span>
          {response !== null && <span>{response.status}</span>}
          {from !== null && to !== null && <span>{formatDuration(Date.parse(to) - Date.parse(from))}</span>}
          <span className="ml-auto text-sm text-soft">
            <Moment at={from} exact />
          </span>
        </span>
        {failure !== null && (
          <span className="block text-sm">
            {failure.code}: {failure.message}
          </span>
        )}
        {secrets.length > 0 && <span className="block text-sm text-soft">used {secrets.join(", ")}</span>}
      </button>
    </li>
  );
}
