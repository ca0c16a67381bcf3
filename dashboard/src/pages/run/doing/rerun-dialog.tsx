// Going again from a run: what would be reused and which calls would be made again is told before anything happens.

import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { announce } from "../../../look/announce.tsx";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";
import { TextArea, TextField } from "../../../look/field.tsx";
import { jsonText } from "../../../look/json-text.ts";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import { useClient } from "../../../session/tenant-client.ts";
import { useRunPage } from "../use-run-page.ts";
import { RerunPreview } from "./rerun-preview.tsx";

interface RerunDialogProps {
  /** Steps and items that are chosen at first; null: what failed, and nothing can be chosen. */
  readonly from: readonly string[] | null;
  readonly onClose: () => void;
}

export function RerunDialog({ from, onClose }: RerunDialogProps) {
  const client = useClient();
  const { run } = useRunPage();
  const [chosen, setChosen] = useState<readonly string[]>(from ?? []);
  const [version, setVersion] = useState("");
  const [body, setBody] = useState<string | null>(null);
  const asked = {
    from: chosen,
    ...(version === "" ? {} : { version: Number(version) }),
    ...(body === null ? {} : { body }),
  };
  const idempotencyKey = useKeyFor(JSON.stringify(asked));
  const preview = useQuery({
    queryKey: ["rerun-preview", run.id, asked],
    queryFn: () => client.previewRerun(run.id, asked),
    placeholderData: (before) => before,
  });
  const navigate = useNavigate();
  const go = useMutation({
    mutationFn: () =>
      from === null
        ? client.retry(run.id, { idempotencyKey })
        : client.rerun(run.id, { ...asked, idempotencyKey }),
    onSuccess: ({ run: made }) => {
      announce("A new run goes on from here");
      onClose();
      void navigate({ to: "/runs/$run", params: { run: made } });
    },
  });
  const off = go.isPending
    ? "It is being started"
    : preview.isError
      ? "It cannot be run again like this"
      : preview.isPending || preview.isPlaceholderData
        ? "What would happen is being asked"
        : null;
  return (
    <Dialog title={from === null ? "Retry what failed" : "Run again"} onClose={onClose} wide>
      {from === null ? (
        <p className="mt-0">A new run takes over what succeeded and runs again what did not.</p>
      ) : (
        <Choices {...{ chosen, setChosen, version, setVersion, body, setBody }} />
      )}
      {preview.error !== null && <ProblemNotice error={preview.error} />}
      {preview.data !== undefined && !preview.isError && <RerunPreview preview={preview.data} />}
      {go.error !== null && <ProblemNotice error={go.error} />}
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onClose}>Leave it</Button>
        <Button kind="main" onClick={() => go.mutate()} offBecause={off}>
          {from === null ? "Retry" : "Run again"}
        </Button>
      </div>
    </Dialog>
  );
}

/** A second press makes the run that the first one made; with another choice it is another run. */
function useKeyFor(asked: string): string {
  const [kept, keep] = useState({ asked, key: crypto.randomUUID() });
  if (kept.asked !== asked) keep({ asked, key: crypto.randomUUID() });
  return kept.key;
}

interface ChoicesProps {
  readonly chosen: readonly string[];
  readonly setChosen: (chosen: readonly string[]) => void;
  readonly version: string;
  readonly setVersion: (version: string) => void;
  readonly body: string | null;
  readonly setBody: (body: string | null) => void;
}

function Choices({ chosen, setChosen, version, setVersion, body, setBody }: ChoicesProps) {
  const { run } = useRunPage();
  const ids = [...run.steps.map(({ id }) => id), ...chosen.filter((one) => one.includes("["))];
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <div className="grid gap-x-4 md:grid-cols-2">
      <fieldset className="m-0 mb-3 border-0 p-0">
        <legend className="mb-1 font-semibold">From which steps</legend>
        <p className="m-0 mb-1 text-sm text-soft">
          With none, what did not pass. What follows a chosen step runs again, too.
        </p>
        <div className="max-h-40 overflow-auto rounded-md border border-line p-1">
          {ids.map((id) => (
            <label key={id} className="flex min-h-7 items-center gap-2 rounded px-1 hover:bg-sunken">
              <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
              {id}
            </label>
          ))}
        </div>
      </fieldset>
      <div>
        <TextField
          label="Version of the workflow"
          hint={`Empty: version ${run.version}, as before`}
          inputMode="numeric"
          value={version}
          onChange={({ target }) => setVersion(target.value.replace(/\D/g, ""))}
        />
        <Input body={body} setBody={setBody} />
      </div>
    </div>
  );
}

/** The trigger's body, which can be another. */
function Input({ body, setBody }: Pick<ChoicesProps, "body" | "setBody">) {
  const client = useClient();
  const { run } = useRunPage();
  const { data } = useQuery({
    queryKey: ["trigger-body", run.id],
    queryFn: async () => (await client.evaluate(run.id, "trigger.body")).value,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const before = data === undefined ? "" : jsonText(data);
  return (
    <TextArea
      label="Input"
      hint={
        body === null
          ? "As it was. Change it to run with another."
          : "Changed: it takes the place of the trigger's body."
      }
      value={body ?? before}
      onChange={({ target }) => setBody(target.value === before ? null : target.value)}
      rows={4}
    />
  );
}
