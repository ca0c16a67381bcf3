// The request as it was resolved: secrets are names. And as a command.

import { CommandLine } from "../../../look/command-line.tsx";
import { JsonView } from "../../../look/json-view.tsx";
import { useRunPage } from "../use-run-page.ts";
import { curlOf } from "./curl-of.ts";
import { LargeBodies } from "./large-bodies.tsx";
import { useTaskRecord } from "./use-task-record.ts";

export function RequestTab() {
  const { place } = useRunPage();
  const { record, offer } = useTaskRecord(place.step ?? "", place.item);
  if (record === null) return null;
  const { request, undoRequest } = record;
  if (request === null) return <p className="m-0 text-soft">Nothing is sent by this step.</p>;
  const { method, url, query, headers, body } = request;
  return (
    <>
      <LargeBodies offer={offer} />
      <h3 className="m-0 text-base font-semibold">As a command</h3>
      <p className="m-0 text-sm text-soft">
        Secrets are variables; signature and idempotency key are left out.
      </p>
      <CommandLine text={curlOf(request)} label="Copy as cURL" />
      <h3 className="m-0 mt-3 text-base font-semibold">As it was recorded</h3>
      <JsonView value={{ method, url, query, headers, body }} label="the request" />
      {undoRequest !== null && (
        <>
          <h3 className="m-0 mt-3 text-base font-semibold">What undoes it</h3>
          <CommandLine text={curlOf(undoRequest)} label="Copy as cURL" />
        </>
      )}
    </>
  );
}
