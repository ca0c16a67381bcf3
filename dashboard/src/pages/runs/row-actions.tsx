// What can be done with one run, from its row; what cannot says why.

import { useMutation } from "@tanstack/react-query";
import type { RunItemResource } from "dispatched/client";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { StatusMark } from "../../look/status-mark.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { AgainPreview } from "./again-preview.tsx";

export function RowActions({ run, active }: { readonly run: RunItemResource; readonly active: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        tabIndex={active ? 0 : -1}
        aria-label={`Actions of ${run.id}`}
        className="inline-flex size-7 items-center justify-center rounded text-soft hover:bg-raised hover:text-ink"
        onClick={() => setOpen(true)}
      >
        <Ellipsis size={16} aria-hidden />
      </button>
      {open && <ActionsDialog run={run} onClose={() => setOpen(false)} />}
    </>
  );
}

type Action = "pause" | "resume" | "cancel" | "retry";

interface ActionsDialogProps {
  readonly run: RunItemResource;
  readonly onClose: () => void;
}

function ActionsDialog({ run, onClose }: ActionsDialogProps) {
  const client = useClient();
  const [undo, setUndo] = useState(true);
  const [key] = useState(() => crypto.randomUUID());
  const ended = run.ended_at !== null;
  const doing = useMutation({
    mutationFn: async (action: Action) => {
      if (action === "cancel") await client.cancelRun(run.id, undo);
      else if (action === "retry") {
        const { run: again } = await client.retry(run.id, { idempotencyKey: key });
        return announce("A new run goes again from it.", { to: `/runs/${again}`, text: "Open it" });
      } else await client.command(run.id, action);
      announce(`The engine has taken it: ${action} of ${run.workflow}.`);
    },
    onSuccess: onClose,
  });
  const busy = doing.isPending ? "under way" : null;
  const offLive = busy ?? (ended ? "It has ended" : null);
  return (
    <Dialog title={`${run.workflow} v${run.version}`} onClose={onClose}>
      <p className="m-0 mb-3 flex flex-wrap items-center gap-3">
        <StatusMark status={run.status} /> <code className="break-all">{run.id}</code>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          offBecause={offLive ?? (run.status === "paused" ? "It is paused already" : null)}
          onClick={() => doing.mutate("pause")}
        >
          Pause
        </Button>
        <Button
          offBecause={busy ?? (run.status === "paused" ? null : "It is not paused")}
          onClick={() => doing.mutate("resume")}
        >
          Resume
        </Button>
        <Button kind="danger" offBecause={offLive} onClick={() => doing.mutate("cancel")}>
          Cancel the run
        </Button>
        <Button
          offBecause={
            busy ??
            (!ended ? "It goes on" : run.status === "completed" ? "It completed: nothing failed" : null)
          }
          onClick={() => doing.mutate("retry")}
        >
          Run again what failed
        </Button>
      </div>
      {!ended && (
        <label className="mt-3 flex items-center gap-2">
          <input
            type="checkbox"
            className="accent-accent"
            checked={undo}
            onChange={({ target }) => setUndo(target.checked)}
          />
          When it is cancelled, undo what was done
        </label>
      )}
      {ended && run.status !== "completed" && <AgainPreview run={run.id} />}
      {doing.error !== null && <ProblemNotice error={doing.error} />}
    </Dialog>
  );
}
