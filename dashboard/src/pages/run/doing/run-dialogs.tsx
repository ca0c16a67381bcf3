// The dialogs of a run's actions, loaded when the first is opened.

import type { RunDialog } from "../use-run-page.ts";
import { CancelDialog } from "./cancel-dialog.tsx";
import { EvaluateDialog } from "./evaluate-dialog.tsx";
import { ExportDialog } from "./export-dialog.tsx";
import { RerunDialog } from "./rerun-dialog.tsx";
import { SignalDialog } from "./signal-dialog.tsx";

interface RunDialogsProps {
  readonly dialog: RunDialog;
  readonly onClose: () => void;
}

export function RunDialogs({ dialog, onClose }: RunDialogsProps) {
  switch (dialog.type) {
    case "signal":
      return <SignalDialog onClose={onClose} />;
    case "cancel":
      return <CancelDialog onClose={onClose} />;
    case "retry":
      return <RerunDialog from={null} onClose={onClose} />;
    case "rerun":
      return <RerunDialog from={dialog.from} onClose={onClose} />;
    case "evaluate":
      return <EvaluateDialog onClose={onClose} />;
    case "export":
      return <ExportDialog onClose={onClose} />;
  }
}
