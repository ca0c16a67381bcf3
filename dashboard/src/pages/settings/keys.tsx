// The tenant's keys: what they are, what each can open, and how one is replaced.

import { useQuery } from "@tanstack/react-query";
import type { KeyResource } from "dispatched/client";
import { useState } from "react";
import { Button } from "../../look/button.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { Panel } from "../../look/panel.tsx";
import { useAccounts } from "../../session/accounts.ts";
import { useClient } from "../../session/tenant-client.ts";
import { ApiKeyDialog } from "./api-key-dialog.tsx";
import { RecoveryDialog } from "./recovery-dialog.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";

function Rotation({ rotation }: Pick<KeyResource, "rotation">) {
  if (rotation === null) return <p className="m-0 text-soft">It was never rotated.</p>;
  const { deep, done, records, started_at, ended_at } = rotation;
  return (
    <p className="m-0 text-soft">
      {deep ? "Deep rotation" : "Rotation"} begun <Moment at={started_at} />,{" "}
      {ended_at === null ? (
        `${done.toLocaleString("en")} of about ${records.toLocaleString("en")} records are done. Everything stays readable meanwhile.`
      ) : (
        <>
          over <Moment at={ended_at} />.
        </>
      )}
    </p>
  );
}

export function Keys() {
  const client = useClient();
  const { current } = useAccounts();
  const [open, setOpen] = useState<"rotate" | "recovery" | "api-key" | null>(null);
  const key = useQuery({ queryKey: ["rotation"], queryFn: () => client.showRotation() });
  const close = () => setOpen(null);
  return (
    <>
      <Panel title="Tenant">
        <code>{current}</code>
      </Panel>
      <Panel
        title="Private key"
        actions={<Button onClick={() => setOpen("rotate")}>Put another in its place</Button>}
      >
        <p className="mt-0">
          It opens everything that is stored of this tenant. The server never has it: while you are signed in,
          it has a key derived from it, in memory.
        </p>
        <Loaded of={key}>
          {({ generation, rotation }) => (
            <>
              <p className="m-0">Generation {generation}.</p>
              <Rotation rotation={rotation} />
            </>
          )}
        </Loaded>
      </Panel>
      <Panel
        title="Recovery sheet"
        actions={<Button onClick={() => setOpen("recovery")}>Make a sheet</Button>}
      >
        <p className="m-0">
          A key on paper that can put another private key in the place of a lost one. Without it, a lost
          private key is lost data. The sheet before ends.
        </p>
      </Panel>
      <Panel
        title="API key"
        actions={<Button onClick={() => setOpen("api-key")}>Put another in its place</Button>}
      >
        <p className="m-0">It starts runs, sends events and signals. It reads nothing.</p>
      </Panel>
      {open === "rotate" && <RotateDialog onClose={close} />}
      {open === "recovery" && <RecoveryDialog onClose={close} />}
      {open === "api-key" && <ApiKeyDialog onClose={close} />}
    </>
  );
}
