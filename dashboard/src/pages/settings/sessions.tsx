// Sessions: this one, and the end of all of them.

import { useQuery } from "@tanstack/react-query";
import { Confirmed } from "../../look/confirmed.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { Panel } from "../../look/panel.tsx";
import { leave, useAccounts } from "../../session/accounts.ts";
import { useClient } from "../../session/tenant-client.ts";

export function Sessions() {
  const client = useClient();
  const { current } = useAccounts();
  const session = useQuery({ queryKey: ["session"], queryFn: () => client.showSession() });
  const signOut = async (all: boolean) => {
    await client.signOut(all);
    if (current !== null) leave(current);
  };
  return (
    <Panel
      title="This session"
      actions={
        <>
          <Confirmed kind="plain" title="Sign out" does="Sign out" act={() => signOut(false)}>
            This session ends. Others, on other machines, go on.
          </Confirmed>
          <Confirmed title="Sign out everywhere" does="Sign out everywhere" act={() => signOut(true)}>
            Every session of this tenant ends, on every machine, within seconds. Active runs go on; what comes
            from then on waits in the inbox, unless a grant lets it start.
          </Confirmed>
        </>
      }
    >
      <Loaded of={session}>
        {({ created_at, expires_at }) => (
          <p className="m-0">
            Opened <Moment at={created_at} />, ends <Moment at={expires_at} />. While it lasts, the server can
            read what is stored of this tenant.
          </p>
        )}
      </Loaded>
    </Panel>
  );
}
