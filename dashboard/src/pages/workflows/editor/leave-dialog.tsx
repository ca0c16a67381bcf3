// Asked when somebody leaves a document that is not saved.

import { useBlocker } from "@tanstack/react-router";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";

interface LeaveDialogProps {
  readonly when: boolean;
  readonly onDiscard: () => void;
}

export function LeaveDialog({ when, onDiscard }: LeaveDialogProps) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => when && current.pathname !== next.pathname,
    enableBeforeUnload: () => when,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  const { proceed, reset } = blocker;
  return (
    <Dialog title="The draft is not saved" onClose={reset}>
      <p className="mt-0">It stays in this tab until you save or discard it, or sign out.</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button
          kind="danger"
          onClick={() => {
            onDiscard();
            proceed();
          }}
        >
          Discard it and leave
        </Button>
        <Button onClick={proceed}>Leave, keep the draft</Button>
        <Button kind="main" onClick={reset}>
          Stay
        </Button>
      </div>
    </Dialog>
  );
}
