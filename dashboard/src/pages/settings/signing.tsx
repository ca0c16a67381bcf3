// Secrets that sign the tenant's calls, so that called services know from whom they come.

import { useQuery } from "@tanstack/react-query";
import type { NewSigningSecretResource, SigningSecretResource } from "dispatched/client";
import { PenLine } from "lucide-react";
import { useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { CommandLine } from "../../look/command-line.tsx";
import { Confirmed } from "../../look/confirmed.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";

function columnsOf(revoke: (id: string) => Promise<unknown>): readonly Column<SigningSecretResource>[] {
  return [
    { title: "Key id", cell: ({ id }) => <code>{id}</code> },
    { title: "Made", cell: ({ created_at }) => <Moment at={created_at} />, roomy: true },
    {
      title: "Signs",
      cell: ({ signs_until }) =>
        signs_until === null ? (
          "until it is rotated"
        ) : (
          <>
            until <Moment at={signs_until} />
          </>
        ),
    },
    {
      title: "Actions",
      end: true,
      cell: ({ id }) => (
        <Confirmed
          kind="quiet"
          title="End this secret"
          does="End it"
          label={`End it: ${id}`}
          act={() => revoke(id)}
        >
          It signs nothing from now on. A service that knows only this one refuses the calls.
        </Confirmed>
      ),
    },
  ];
}

export function Signing() {
  const client = useClient();
  const secrets = useQuery({ queryKey: ["signing"], queryFn: () => client.listSigningSecrets() });
  const [made, setMade] = useState<NewSigningSecretResource | null>(null);
  const add = useAct(
    (rotate: boolean) => (rotate ? client.rotateSigningSecret() : client.createSigningSecret()),
    ["signing"],
  );
  const revoke = useAct((id: string) => client.revokeSigningSecret(id), ["signing"]);
  const end = (id: string) => revoke.mutateAsync(id).then(() => announce("It signs nothing any more"));
  const rows = secrets.data?.signing_secrets ?? [];
  const make = async () => setMade(await add.mutateAsync(rows.length > 0).catch(() => null));
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <p className="m-0 max-w-2xl text-soft">
          Calls are signed as RFC 9421 says. A service checks them with the secret (
          <a className="text-accent underline" href="/docs/guides/verify-requests">
            how
          </a>
          ).
        </p>
        <Button kind="main" offBecause={add.isPending ? "under way" : null} onClick={() => void make()}>
          {rows.length > 0 ? "Rotate" : "Sign calls"}
        </Button>
      </div>
      {add.error !== null && <ProblemNotice error={add.error} />}
      <Loaded of={secrets}>
        {({ signing_secrets }) =>
          signing_secrets.length === 0 ? (
            <EmptyState shape={PenLine} title="Calls are not signed">
              With a signing secret every call says by whom it was sent, and what it was: a service can refuse
              all others.
            </EmptyState>
          ) : (
            <DataTable
              caption="Signing secrets"
              columns={columnsOf(end)}
              rows={signing_secrets}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      {made !== null && (
        <Dialog title="The signing secret" onClose={() => setMade(null)}>
          <p className="mt-0">
            Give it to the services that you call. It is shown this once. One that was there before signs
            beside it for 72 hours.
          </p>
          <CommandLine text={made.secret} label="Copy the secret" />
        </Dialog>
      )}
    </>
  );
}
