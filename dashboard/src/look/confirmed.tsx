// A button whose action is told in full before it is done.

import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { ProblemNotice } from "./problem-notice.tsx";

interface ConfirmedProps {
  readonly title: string;
  /** Of the button that does it. */
  readonly does: string;
  readonly label?: string;
  readonly kind?: "danger" | "quiet" | "plain";
  readonly offBecause?: string | null;
  /** What will be, and what will not. */
  readonly children: ReactNode;
  readonly act: () => Promise<unknown>;
}

export function Confirmed({
  title,
  does,
  label,
  kind = "danger",
  offBecause,
  children,
  act,
}: ConfirmedProps) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await act();
      setOpen(false);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button kind={kind} offBecause={offBecause ?? null} aria-label={label} onClick={() => setOpen(true)}>
        {does}
      </Button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <div className="mb-4">{children}</div>
          {error !== null && <ProblemNotice error={error} />}
          <div className="mt-3 flex justify-end gap-2">
            <Button kind="quiet" onClick={() => setOpen(false)}>
              Leave it
            </Button>
            <Button
              kind={kind === "plain" ? "main" : "danger"}
              offBecause={busy ? "under way" : null}
              onClick={() => void confirm()}
            >
              {does}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
