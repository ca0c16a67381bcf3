// Another API key: made here, downloaded before it is put in place.

import { type Device, generateApiKey, replaceApiKey } from "dispatched/client";
import { useMemo, useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { loadPart } from "../../look/load-part.ts";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { downloadKeyFile } from "../../session/key-file.ts";
import { KeyNeeded } from "../../session/key-needed.tsx";

interface ApiKeyFormProps {
  readonly device: Device;
  readonly onClose: () => void;
}

function ApiKeyForm({ device, onClose }: ApiKeyFormProps) {
  const apiKey = useMemo(generateApiKey, []);
  const [downloaded, setDownloaded] = useState(false);
  const replace = useAct(async () => {
    await replaceApiKey(device, apiKey);
    const { openSession } = await loadPart(() => import("../../session/perform-sign-in.ts"));
    await openSession({ ...device, apiKey });
  }, []);
  const download = () => {
    downloadKeyFile({
      tenant: device.tenant,
      api_key: apiKey,
      private_key: device.privateKey,
      server_keys: device.serverKeys,
      generation: device.generation,
    });
    setDownloaded(true);
  };
  const begin = async () => {
    const done = await replace.mutateAsync(undefined).then(
      () => true,
      () => false,
    );
    if (!done) return;
    announce("The tenant has another API key now");
    onClose();
  };
  return (
    <Dialog title="Another API key" onClose={onClose}>
      <p className="mt-0">
        What uses the old one is refused from then on, and every session ends; this page signs in again by
        itself. Download the file first: it has the new key. A recovery sheet has the old one: make another
        afterwards.
      </p>
      {replace.error !== null && <ProblemNotice error={replace.error} />}
      <div className="mt-3 flex flex-wrap gap-2">
        <Button kind={downloaded ? "plain" : "main"} onClick={download}>
          Download the key file
        </Button>
        <Button
          kind={downloaded ? "main" : "plain"}
          offBecause={!downloaded ? "download the key file first" : replace.isPending ? "under way" : null}
          onClick={() => void begin()}
        >
          Put it in place
        </Button>
      </div>
    </Dialog>
  );
}

export function ApiKeyDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <KeyNeeded to="replace the API key" onClose={onClose}>
      {(device) => <ApiKeyForm device={device} onClose={onClose} />}
    </KeyNeeded>
  );
}
