// A version ended a grant: what that means, and the same grant for the new version, by the private key.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";
import { Loaded } from "../../../look/loaded.tsx";
import { useClient } from "../../../session/tenant-client.ts";
import { GrantAgain } from "../../automations/grant-again.tsx";

interface EndedGrantProps {
  readonly grant: string;
  readonly version: number;
  readonly onDone: () => void;
}

export function EndedGrant({ grant, version, onDone }: EndedGrantProps) {
  const [asking, setAsking] = useState(false);
  return (
    <div
      role="status"
      className="mb-3 flex flex-wrap items-center gap-2 rounded-md border border-amber-fill bg-amber-soft p-3"
    >
      <p className="m-0 mr-auto">
        Version {version} ended the grant <code>{grant}</code>: while nobody is signed in, triggers wait in
        the inbox.
      </p>
      <Button onClick={() => setAsking(true)}>Grant again</Button>
      <Button kind="quiet" onClick={onDone}>
        Leave it ended
      </Button>
      {asking && <Again grant={grant} onClose={() => setAsking(false)} onDone={onDone} />}
    </div>
  );
}

interface AgainProps {
  readonly grant: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Again({ grant, onClose, onDone }: AgainProps) {
  const client = useClient();
  const before = useQuery({ queryKey: ["grant", grant], queryFn: () => client.getGrant(grant) });
  if (before.data !== undefined) return <GrantAgain grant={before.data} onClose={onClose} onDone={onDone} />;
  return (
    <Dialog title="Grant again" onClose={onClose}>
      <Loaded of={before}>{() => null}</Loaded>
    </Dialog>
  );
}
