// Somebody stored another version while this one was being written: both are shown, and nothing is lost without being asked.

import type { WorkflowResource } from "dispatched/client";
import { useMemo } from "react";
import DiffView from "../../../editor/diff-view.tsx";
import type { DocumentFormat } from "../../../editor/text-keys.ts";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";

interface ConflictDialogProps {
  readonly theirs: WorkflowResource;
  readonly mine: string;
  readonly format: DocumentFormat;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
  readonly onClose: () => void;
}

export function ConflictDialog({
  theirs,
  mine,
  format,
  onKeepMine,
  onTakeTheirs,
  onClose,
}: ConflictDialogProps) {
  const left = useMemo(
    () => ({ text: theirs.text, format: theirs.format, title: `Version ${theirs.version}, as stored` }),
    [theirs],
  );
  const right = useMemo(() => ({ text: mine, format, title: "Your draft" }), [mine, format]);
  return (
    <Dialog title={`Version ${theirs.version} of ${theirs.name} was stored meanwhile`} onClose={onClose} wide>
      <p className="mt-0">Nothing was saved. Your draft is kept in this tab.</p>
      <DiffView left={left} right={right} />
      <div className="mt-3 flex flex-wrap justify-end gap-2">
        <Button kind="quiet" onClick={onClose}>
          Go on writing
        </Button>
        <Button kind="danger" onClick={onTakeTheirs}>
          Discard mine, take theirs
        </Button>
        <Button kind="main" onClick={onKeepMine}>
          Save mine as version {theirs.version + 1}
        </Button>
      </div>
    </Dialog>
  );
}
