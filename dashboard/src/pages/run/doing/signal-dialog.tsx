// A signal to a run: fields as the wait's schema has them, and beside them the JSON that is sent.

import { Radio } from "lucide-react";
import { useState } from "react";
import { Dialog } from "../../../look/dialog.tsx";
import { EmptyState } from "../../../look/empty-state.tsx";
import { SignalForm } from "../../../signal/signal-form.tsx";
import type { DocumentWait } from "../document-of.ts";
import { useRunPage } from "../use-run-page.ts";

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
  const { run, feed } = useRunPage();
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
          <SignalForm
            key={chosen}
            run={run.id}
            names={[choice.name]}
            schema={choice.wait.schema}
            onSent={() => {
              feed.followOn();
              onClose();
            }}
          />
        </>
      )}
    </Dialog>
  );
}
