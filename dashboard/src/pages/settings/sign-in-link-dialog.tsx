// A one-time address that signs in another browser, such as that of a phone: the private key stays where it is.

import { signInAddress } from "dispatched/client";
import { Button } from "../../look/button.tsx";
import { CommandLine } from "../../look/command-line.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { countdown } from "../../look/now-text.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { useNow } from "../../look/use-now.ts";
import { useClient } from "../../session/tenant-client.ts";

export function SignInLinkDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const make = useAct(() => client.makeSignInLink(), ["sessions"]);
  const { data, error, isPending } = make;
  return (
    <Dialog title="Sign in another browser" onClose={onClose}>
      <p className="mt-0">
        A one-time address opens one session, once, within a minute. That session ends with this one, and
        whoever has the address meanwhile can use it: send it by nothing that others read.
      </p>
      {data !== undefined && (
        <Made address={signInAddress(location.origin, data.code)} expiresAt={data.expires_at} />
      )}
      {error !== null && <ProblemNotice error={error} />}
      <Button
        kind={data === undefined ? "main" : "plain"}
        offBecause={isPending ? "under way" : null}
        onClick={() => make.mutate(undefined)}
      >
        {data === undefined ? "Make an address" : "Make another"}
      </Button>
    </Dialog>
  );
}

function Made({ address, expiresAt }: { readonly address: string; readonly expiresAt: string }) {
  const leftMs = Date.parse(expiresAt) - useNow();
  if (leftMs <= 0) return <p role="status">The address is over.</p>;
  return (
    <>
      <CommandLine text={address} label="Copy the address" />
      <p className="mt-0 text-soft">{countdown(leftMs)} left</p>
    </>
  );
}
