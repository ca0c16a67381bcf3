// What takes the private key itself: used when this page has it, asked for when it has not.

import type { Device } from "dispatched/client";
import { type ReactNode, useEffect, useState } from "react";
import { Dialog } from "../look/dialog.tsx";
import { deviceInMemory, useAccounts } from "./accounts.ts";
import { SignInForms } from "./sign-in-page.tsx";

interface KeyNeededProps {
  /** What it is for: `make a grant`. */
  readonly to: string;
  readonly onClose: () => void;
  readonly children: (device: Device) => ReactNode;
}

export function KeyNeeded({ to, onClose, children }: KeyNeededProps) {
  const { current, accounts } = useAccounts();
  const [device, setDevice] = useState<Device | null>(null);
  // Asked for again when somebody has signed in: then the keys are there.
  useEffect(() => {
    if (current !== null && accounts.length > 0) setDevice(deviceInMemory(current));
  }, [current, accounts]);
  if (current === null) return null;
  if (device !== null) return children(device);
  return (
    <Dialog title="The private key is needed" onClose={onClose}>
      <p className="mt-0">
        To {to}, a session is not enough: it takes the private key of <code>{current}</code>, which this page
        does not have.
      </p>
      <SignInForms only={current} />
    </Dialog>
  );
}
