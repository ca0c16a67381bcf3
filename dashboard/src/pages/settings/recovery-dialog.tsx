// A recovery sheet: made by a handshake, handed over as a file to print.

import { backUpKey, type Device } from "dispatched/client";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { downloadText } from "../../session/key-file.ts";
import { KeyNeeded } from "../../session/key-needed.tsx";

function sheetText(device: Device, recoveryKey: string): string {
  return [
    "Dispatched recovery sheet",
    "",
    `recovery key  ${recoveryKey}`,
    `tenant        ${device.tenant}`,
    `server        ${location.origin}`,
    `origin        ${device.origin ?? location.origin}`,
    ...device.serverKeys.map((key) => `server key    ${key}`),
    `API key       ${device.apiKey}`,
    "",
    "Who has this sheet has the tenant: print it, keep it safe, and leave no copy on a disk.",
    "`dispatched login --recover` puts a new private key in the place of a lost one.",
    "It wants the API key that counts then: make a new sheet when the API key is replaced.",
    "",
  ].join("\n");
}

interface RecoveryFormProps {
  readonly device: Device;
  readonly onClose: () => void;
}

function RecoveryForm({ device, onClose }: RecoveryFormProps) {
  const make = useAct(async () => {
    const text = sheetText(device, await backUpKey(device));
    downloadText(`${device.tenant}.recovery-sheet.txt`, text, "text/plain");
  }, []);
  return (
    <Dialog title="Recovery sheet" onClose={onClose}>
      <p className="mt-0">
        Who has the sheet has the tenant. Print the file, put it in a safe, and delete the file. It goes on to
        work after rotations; a sheet that was made before ends now.
      </p>
      {make.error !== null && <ProblemNotice error={make.error} />}
      {make.isSuccess ? (
        <p role="status">The sheet is in your downloads. Print it now.</p>
      ) : (
        <Button
          kind="main"
          offBecause={make.isPending ? "under way" : null}
          onClick={() => make.mutate(undefined)}
        >
          Make and download it
        </Button>
      )}
    </Dialog>
  );
}

export function RecoveryDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <KeyNeeded to="make a recovery sheet" onClose={onClose}>
      {(device) => <RecoveryForm device={device} onClose={onClose} />}
    </KeyNeeded>
  );
}
