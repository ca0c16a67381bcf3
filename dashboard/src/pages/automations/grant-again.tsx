// A grant that has ended, made once more for the newest version of its workflow, by the private key.

import { type Device, type GrantResource, makeGrant } from "dispatched/client";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { KeyNeeded } from "../../session/key-needed.tsx";
import { grantInWords } from "./grant-in-words.ts";

interface GrantAgainProps {
  /** The one that has ended. */
  readonly grant: GrantResource;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function GrantAgain(props: GrantAgainProps) {
  return (
    <KeyNeeded to="grant again" onClose={props.onClose}>
      {(device) => <SameGrant {...props} device={device} />}
    </KeyNeeded>
  );
}

const dayMs = 86_400_000;

function SameGrant({ device, grant, onClose, onDone }: GrantAgainProps & { readonly device: Device }) {
  const { workflow, triggers, hosts, verify, created_at, expires_at } = grant;
  const days = Math.max(1, Math.round((Date.parse(expires_at) - Date.parse(created_at)) / dayMs));
  const make = useAct(() => makeGrant(device, { workflow, triggers, hosts, verify, days }), ["grants"]);
  const again = async () => {
    const made = await make.mutateAsync(undefined).catch(() => null);
    if (made === null) return;
    announce(`${workflow} v${made.version} starts by itself from now on`);
    onDone();
  };
  return (
    <Dialog title="The same grant for the newest version" onClose={onClose}>
      <p className="mt-0">{grantInWords(grant)}</p>
      <p>
        It holds for {days} day{days === 1 ? "" : "s"}, as before.
      </p>
      {make.error !== null && <ProblemNotice error={make.error} />}
      <Button kind="main" offBecause={make.isPending ? "under way" : null} onClick={() => void again()}>
        Grant it
      </Button>
    </Dialog>
  );
}
