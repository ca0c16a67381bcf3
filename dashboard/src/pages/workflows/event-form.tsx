// Sends one event by hand, of a type that a workflow names: it starts whatever is started by it, and lets go on what waits for it.

import type { EventUse } from "dispatched/language";
import { readJson } from "dispatched/language";
import { useState } from "react";
import { Button } from "../../look/button.tsx";
import { ChoiceField } from "../../look/choice-field.tsx";
import { TextArea, TextField } from "../../look/field.tsx";
import { Panel } from "../../look/panel.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";

interface Written {
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly data: string;
}

/** A CloudEvent (CloudEvents 1.0.2, section 2). The data go as they are written: numbers of any size stay exact. */
function eventText({ type, source, subject, data }: Written): string {
  const named = subject === "" ? {} : { subject };
  // Also where the page is no secure context, which has no `randomUUID`.
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  const head = JSON.stringify({ specversion: "1.0", id: id.join(""), source, type, ...named });
  return data.trim() === "" ? head : `${head.slice(0, -1)},"data":${data}}`;
}

function offBecause({ source }: Written, fault: string | null, pending: boolean): string | null {
  if (pending) return "under way";
  if (source === "") return "name where it comes from";
  return fault === null ? null : "the data are no JSON";
}

export function EventForm({ events }: { readonly events: readonly EventUse[] }) {
  const client = useClient();
  const [written, setWritten] = useState<Written>({
    type: events[0]?.type ?? "",
    source: "dashboard",
    subject: "",
    data: "",
  });
  const send = useAct((text: string) => client.putEvent(text), ["runs"]);
  const read = written.data.trim() === "" ? null : readJson(written.data);
  const fault = read === null || read.ok ? null : read.fault.message;
  const set = (name: keyof Written) => ({
    value: written[name],
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setWritten({ ...written, [name]: target.value }),
  });
  return (
    <Panel title="Send an event">
      <p className="mt-0 mb-3 text-soft">
        It goes to all workflows of yours that its type starts, and to all runs that wait for it.
      </p>
      {send.data !== undefined && (
        <p role="status" className="m-0 mb-3 rounded-md border border-completed bg-completed-soft p-3">
          Taken, with the id <code>{send.data.id}</code>.
        </p>
      )}
      <div className="grid gap-x-4 sm:grid-cols-3">
        <ChoiceField
          label="Type"
          options={events.map(({ type }) => ({ value: type, title: type }))}
          {...set("type")}
        />
        <TextField label="Source" {...set("source")} />
        <TextField label="Subject" {...set("subject")} />
      </div>
      <TextArea label="Data, as JSON" problem={fault} {...set("data")} />
      {send.error !== null && <ProblemNotice error={send.error} />}
      <Button
        kind="main"
        offBecause={offBecause(written, fault, send.isPending)}
        onClick={() => send.mutate(eventText(written))}
      >
        Send it
      </Button>
    </Panel>
  );
}
