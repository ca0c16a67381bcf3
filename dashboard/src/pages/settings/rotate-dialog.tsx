// Another private key for the tenant: made here, downloaded before it is put in place.

import { type Device, nextPrivateKey, rotateKey } from "dispatched/client";
import { useMemo, useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { loadPart } from "../../look/load-part.ts";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { downloadKeyFile } from "../../session/key-file.ts";
import { KeyNeeded } from "../../session/key-needed.tsx";

interface RotateFormProps {
  readonly device: Device;
  readonly onClose: () => void;
}

function RotateForm({ device, onClose }: RotateFormProps) {
  const privateKey = useMemo(nextPrivateKey, []);
  const [deep, setDeep] = useState(false);
  const [downloaded, setDownloaded] = useState(false);
  const rotate = useAct(async () => {
    const next = await rotateKey(device, { privateKey, deep });
    const { openSession } = await loadPart(() => import("../../session/perform-sign-in.ts"));
    await openSession(next);
  }, ["rotation"]);
  const download = () => {
    downloadKeyFile({
      tenant: device.tenant,
      api_key: device.apiKey,
      private_key: privateKey,
      server_keys: device.serverKeys,
      generation: device.generation === undefined ? undefined : device.generation + 1,
    });
    setDownloaded(true);
  };
  const begin = async () => {
    const done = await rotate.mutateAsync(undefined).then(
      () => true,
      () => false,
    );
    if (!done) return;
    announce("The tenant has another private key now");
    onClose();
  };
  return (
    <Dialog title="Another private key" onClose={onClose}>
      <ol className="mt-0 pl-5">
        <li>Download the new key file, and keep it where only you can read it.</li>
        <li>Put the key in place. Every session ends; this page signs in again by itself.</li>
        <li>Give the new file to the tenant's other machines: the old key is refused from then on.</li>
      </ol>
      <label className="mb-3 flex items-center gap-2">
        <input type="checkbox" checked={deep} onChange={({ target }) => setDeep(target.checked)} />
        Seal everything that is stored anew, too (deep: when data keys may have been seen)
      </label>
      <p className="rounded-md border border-amber-fill bg-amber-soft p-3">
        After a theft, replace the secrets at the services that they are for: what was read stays read.
      </p>
      {rotate.error !== null && <ProblemNotice error={rotate.error} />}
      <div className="mt-3 flex flex-wrap gap-2">
        <Button kind={downloaded ? "plain" : "main"} onClick={download}>
          Download the new key file
        </Button>
        <Button
          kind={downloaded ? "main" : "plain"}
          offBecause={!downloaded ? "download the new key file first" : rotate.isPending ? "under way" : null}
          onClick={() => void begin()}
        >
          Put it in place
        </Button>
      </div>
    </Dialog>
  );
}

export function RotateDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <KeyNeeded to="replace the private key" onClose={onClose}>
      {(device) => <RotateForm device={device} onClose={onClose} />}
    </KeyNeeded>
  );
}
