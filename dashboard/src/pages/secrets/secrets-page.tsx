// The secrets of a tenant: names, versions, hosts. A value goes in, and never comes out.

import { useQuery } from "@tanstack/react-query";
import type { SecretResource } from "dispatched/client";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Confirmed } from "../../look/confirmed.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { Page } from "../../look/page.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { SecretDialog } from "./secret-dialog.tsx";

function hostsOf({ allowed_hosts }: SecretResource): string {
  return allowed_hosts === null ? "any host" : allowed_hosts.join(", ");
}

export function SecretsPage() {
  const client = useClient();
  const secrets = useQuery({ queryKey: ["secrets"], queryFn: () => client.listSecrets() });
  const [set, setSet] = useState<SecretResource | "new" | null>(null);
  const remove = useAct((name: string) => client.deleteSecret(name), ["secrets"]);
  const columns: readonly Column<SecretResource>[] = [
    { title: "Name", cell: ({ name }) => <code>{name}</code> },
    { title: "May be sent to", cell: (secret) => hostsOf(secret) },
    { title: "Version", cell: ({ version }) => version, roomy: true },
    { title: "Changed", cell: ({ updated_at }) => <Moment at={updated_at} />, roomy: true },
    {
      title: "Actions",
      end: true,
      cell: (secret) => (
        <span className="inline-flex gap-1">
          <Button kind="quiet" aria-label={`New value of ${secret.name}`} onClick={() => setSet(secret)}>
            New value
          </Button>
          <Confirmed
            kind="quiet"
            title={`Delete ${secret.name}`}
            does="Delete"
            label={`Delete ${secret.name}`}
            act={() => remove.mutateAsync(secret.name).then(() => announce(`${secret.name} was deleted`))}
          >
            Calls that name it fail from now on, in runs that have begun too. They are not sent.
          </Confirmed>
        </span>
      ),
    },
  ];
  return (
    <Page
      title="Secrets"
      actions={
        <Button kind="main" onClick={() => setSet("new")}>
          New secret
        </Button>
      }
    >
      <Loaded of={secrets}>
        {({ secrets: rows }) =>
          rows.length === 0 ? (
            <EmptyState shape={KeyRound} title="No secrets yet">
              A secret is a key, password or token that calls use: <code>{"{{ secrets.SHOP_KEY }}"}</code>. It
              is stored sealed, sent only to the hosts that you name, and never shown again.
            </EmptyState>
          ) : (
            <DataTable caption="Secrets" columns={columns} rows={rows} keyOf={({ name }) => name} />
          )
        }
      </Loaded>
      {set !== null && <SecretDialog secret={set === "new" ? null : set} onClose={() => setSet(null)} />}
    </Page>
  );
}
