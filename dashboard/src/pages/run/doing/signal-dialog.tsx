// A signal to a run: fields as the wait's schema has them, and beside them the JSON that is sent.

import { useMutation } from "@tanstack/react-query";
import { Radio } from "lucide-react";
import { useState } from "react";
import { announce } from "../../../look/announce.tsx";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";
import { EmptyState } from "../../../look/empty-state.tsx";
import { TextArea } from "../../../look/field.tsx";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import { useClient } from "../../../session/tenant-client.ts";
import type { DocumentWait } from "../document-of.ts";
import { useRunPage } from "../use-run-page.ts";
import { SchemaForm } from "./schema-form.tsx";

interface Choice {
  readonly name: string;
  readonly step: string;
  /** The run waits for it now. */
  readonly open: boolean;
  readonly wait: DocumentWait;
}

/** Signals that the workflow takes, those that are waited for first. */
function useChoices(): readonly Choice[] {
  const { run, document } = useRunPage();
  const phases = new Map(
    run.steps.map(({ id, phase, items }) => [id, phase === "wait" || (items?.open ?? 0) > 0]),
  );
  const all = (document?.steps ?? []).flatMap(({ id, wait }) =>
    wait?.kind === "signal"
      ? wait.names.map((name) => ({ name, step: id, wait, open: phases.get(id) === true }))
      : [],
  );
  return all.sort((a, b) => Number(b.open) - Number(a.open));
}

export function SignalDialog({ onClose }: { readonly onClose: () => void }) {
  const choices = useChoices();
  const [chosen, setChosen] = useState(0);
  const choice = choices[chosen];
  return (
    <Dialog title="Send a signal" onClose={onClose} wide>
      {choice === undefined ? (
        <EmptyState shape={Radio} title="No signal is waited for">
          What waits for an event or a callback is ended by whoever sends that.
        </EmptyState>
      ) : (
        <>
          <label className="mb-3 flex flex-wrap items-center gap-2">
            <span className="font-semibold">Signal</span>
            <select
              className="min-h-[var(--row)] rounded-md border border-line-strong bg-paper px-2"
              value={chosen}
              onChange={({ target }) => setChosen(Number(target.value))}
            >
              {choices.map(({ name, step, open }, index) => (
                <option key={`${step} ${name}`} value={index}>
                  {name} · {open ? `${step} waits for it` : `${step} does not wait now; it is kept`}
                </option>
              ))}
            </select>
          </label>
          <SignalForm key={chosen} choice={choice} onClose={onClose} />
        </>
      )}
    </Dialog>
  );
}

function SignalForm({ choice, onClose }: { readonly choice: Choice; readonly onClose: () => void }) {
  const client = useClient();
  const { run, feed } = useRunPage();
  const [text, setText] = useState(choice.wait.schema === null ? "null" : "{}");
  // The same key for every try of this form: a signal that was taken is not taken twice.
  const [key] = useState(() => crypto.randomUUID());
  const send = useMutation({
    mutationFn: () =>
      client.sendSignal(run.id, choice.name, { body: text.trim() === "" ? null : text, idempotencyKey: key }),
    onSuccess: () => {
      announce(`${choice.name} is taken`);
      onClose();
    },
    onSettled: () => feed.followOn(),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <div className="grid gap-4 md:grid-cols-2">
        {choice.wait.schema !== null && (
          <SchemaForm schema={choice.wait.schema} text={text} onText={setText} />
        )}
        <div className={choice.wait.schema === null ? "md:col-span-2" : ""}>
          <TextArea
            label="Body as JSON"
            value={text}
            onChange={({ target }) => setText(target.value)}
            rows={8}
          />
        </div>
      </div>
      {send.error !== null && <ProblemNotice error={send.error} />}
      <div className="mt-3 flex justify-end">
        <Button kind="main" type="submit" offBecause={send.isPending ? "It is being sent" : null}>
          Send {choice.name}
        </Button>
      </div>
    </form>
  );
}
