// A version ended a grant: what that means, and the same grant for the new version, by the private key.

import { useQuery } from "@tanstack/react-query";
import { type Device, type GrantResource, makeGrant } from "dispatched/client";
import { useState } from "react";
import { announce } from "../../../look/announce.tsx";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";
import { Loaded } from "../../../look/loaded.tsx";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import { useAct } from "../../../look/use-act.ts";
import { KeyNeeded } from "../../../session/key-needed.tsx";
import { useClient } from "../../../session/tenant-client.ts";
import { grantInWords } from "../../automations/grant-in-words.ts";

interface EndedGrantProps {
  readonly grant: string;
  readonly version: number;
  readonly onDone: () => void;
}

const dayMs = 86_400_000;

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
      {asking && (
        <KeyNeeded to="grant again" onClose={() => setAsking(false)}>
          {(device) => (
            <GrantAgain device={device} grant={grant} onClose={() => setAsking(false)} onDone={onDone} />
          )}
        </KeyNeeded>
      )}
    </div>
  );
}

interface GrantAgainProps {
  readonly device: Device;
  readonly grant: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function GrantAgain({ device, grant, onClose, onDone }: GrantAgainProps) {
  const client = useClient();
  const grants = useQuery({ queryKey: ["grants", "all"], queryFn: () => client.listGrants() });
  const make = useAct(
    ({ workflow, triggers, hosts, verify, created_at, expires_at }: GrantResource) => {
      const days = Math.round((Date.parse(expires_at) - Date.parse(created_at)) / dayMs);
      return makeGrant(device, { workflow, triggers, hosts, verify, days });
    },
    ["grants"],
  );
  const again = async (before: GrantResource) => {
    const made = await make.mutateAsync(before).catch(() => null);
    if (made === null) return;
    announce(`${before.workflow} v${made.version} starts by itself from now on`);
    onDone();
  };
  return (
    <Dialog title="The same grant for the new version" onClose={onClose}>
      <Loaded of={grants}>
        {(data) => {
          const before = data.grants.find(({ id }) => id === grant);
          if (before === undefined)
            return <p className="m-0">The grant is forgotten. Make a new one in Automations.</p>;
          return (
            <>
              <p className="mt-0">{grantInWords(before)}</p>
              {make.error !== null && <ProblemNotice error={make.error} />}
              <Button
                kind="main"
                offBecause={make.isPending ? "under way" : null}
                onClick={() => void again(before)}
              >
                Grant it
              </Button>
            </>
          );
        }}
      </Loaded>
    </Dialog>
  );
}
