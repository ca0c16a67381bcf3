// Cancelling a run, with or without undoing what it did.

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { announce } from "../../../look/announce.tsx";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import { useClient } from "../../../session/tenant-client.ts";
import { useRunPage } from "../use-run-page.ts";

export function CancelDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const { run, feed, document } = useRunPage();
  const [undo, setUndo] = useState(true);
  const cancel = useMutation({
    mutationFn: () => client.cancelRun(run.id, undo),
    onSuccess: () => {
      announce(undo ? "It is cancelled, and what it did is undone" : "It is cancelled");
      onClose();
    },
    onSettled: () => feed.followOn(),
  });
  const undoable = new Set(document?.graph.filter((step) => step.undoable).map(({ id }) => id));
  const done = run.steps.filter(
    ({ id, status, items }) => undoable.has(id) && (status === "succeeded" || items !== null),
  );
  return (
    <Dialog title="Cancel this run" onClose={onClose}>
      <p className="mt-0">
        Nothing new starts, calls under way are let finish, waits and retries are dropped.
      </p>
      <fieldset className="m-0 mb-3 border-0 p-0">
        <legend className="mb-1 font-semibold">What was done</legend>
        <Choice name="Undo it" checked={undo} onChoose={() => setUndo(true)}>
          {done.length === 0 ? "nothing so far has a compensation" : done.map(({ id }) => id).join(", ")}
        </Choice>
        <Choice name="Leave it" checked={!undo} onChoose={() => setUndo(false)}>
          no compensation is called
        </Choice>
      </fieldset>
      {cancel.error !== null && <ProblemNotice error={cancel.error} />}
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onClose}>Keep it running</Button>
        <Button
          kind="danger"
          onClick={() => cancel.mutate()}
          offBecause={cancel.isPending ? "It is being cancelled" : null}
        >
          Cancel the run
        </Button>
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
  readonly children: React.ReactNode;
}

function Choice({ name, checked, onChoose, children }: ChoiceProps) {
  return (
    <label className="flex min-h-[var(--row)] items-baseline gap-2">
      <input type="radio" name="undo" checked={checked} onChange={onChoose} />
      <span>
        {name} <span className="text-soft">· {children}</span>
      </span>
    </label>
  );
}
