// The answer of the attempt that is selected, else the last one; and where it does not fit its schema.

import { JsonView } from "../../../look/json-view.tsx";
import { useRunPage } from "../use-run-page.ts";
import { attemptAt } from "./attempt-at.ts";
import { attemptWords } from "./attempt-words.ts";
import { LargeBodies } from "./large-bodies.tsx";
import { RecordCut } from "./record-cut.tsx";
import { useTaskRecord } from "./use-task-record.ts";

export function ResponseTab() {
  const { place, document } = useRunPage();
  const { record, offer, cutAfter } = useTaskRecord(place.step ?? "", place.item);
  if (record === null) return null;
  const chosen = attemptAt(record.attempts, place);
  const { response, failure } = chosen ?? record;
  if (response === null) return <p className="m-0 text-soft">No answer is recorded.</p>;
  const schema = document?.steps.find(({ id }) => id === place.step)?.responseSchema ?? null;
  const misfit = failure?.kind === "schema";
  const problems = misfit && schema !== null && offer === null ? schema.judge(response.body) : [];
  return (
    <>
      <RecordCut after={cutAfter} />
      <LargeBodies offer={offer} />
      <p className="m-0 font-semibold">
        {response.status}
        {chosen !== undefined && (
          <span className="font-normal text-soft">
            {" · "}
            {attemptWords[chosen.kind].toLowerCase()} {chosen.number}
          </span>
        )}
      </p>
      {problems.length > 0 && (
        <ul
          aria-label="Schema problems"
          className="my-2 list-none rounded-md border border-failed bg-failed-soft px-3 py-1.5"
        >
          {problems.map(({ pointer, keyword, message }) => (
            <li key={`${pointer} ${keyword}`}>
              <code>{pointer === "" ? "/" : pointer}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <JsonView value={response.body} label="the body" />
      <details>
        <summary className="text-soft">Headers</summary>
        <JsonView value={response.headers} label="the headers" />
      </details>
    </>
  );
}
