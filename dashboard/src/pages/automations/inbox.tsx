// The inbox: what came while nobody was signed in, and what became of it.

import { useQuery } from "@tanstack/react-query";
import type { ItemResource } from "dispatched/client";
import { Inbox as InboxShape } from "lucide-react";
import type { Column } from "../../look/data-table.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { JsonView } from "../../look/json-view.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { StatusMark } from "../../look/status-mark.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { Arrivals } from "./arrivals.tsx";

const states = ["waiting", "started", "rejected", "expired"];
const told: readonly Column<ItemResource>[] = [
  { title: "What", cell: ({ kind }) => kind.replaceAll("_", " ") },
  { title: "For", cell: ({ workflow }) => workflow ?? "–", roomy: true },
];

function ItemDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const client = useClient();
  const item = useQuery({ queryKey: ["item", id], queryFn: () => client.showItem(id) });
  return (
    <Dialog title={`Item ${id}`} onClose={onClose} wide>
      <Loaded of={item}>
        {({ state, content, settled_at, expires_at }) => (
          <>
            <p className="m-0 flex flex-wrap gap-x-4">
              <StatusMark status={state} />
              {settled_at === null ? (
                <span>
                  waits until <Moment at={expires_at} />
                </span>
              ) : (
                <Moment at={settled_at} />
              )}
            </p>
            {content === null ? (
              <p className="text-soft">What it held is in the run that it became.</p>
            ) : (
              <JsonView value={content} label="what it holds" />
            )}
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

export function Inbox() {
  const client = useClient();
  return (
    <Arrivals
      caption="Inbox"
      queryKey={["inbox"]}
      states={states}
      before={
        <p className="m-0 mb-3 text-soft">
          You are signed in: what waited is started now, in the order in which it came. Nothing is lost.
        </p>
      }
      told={told}
      fetchPage={async ({ state, cursor }) => {
        const { items: rows, next } = await client.listInbox({ state, cursor, limit: "50" });
        return { rows, next };
      }}
      none={() => (
        <EmptyState shape={InboxShape} title="The inbox is empty">
          What comes while nobody is signed in, such as webhooks and due times, waits here, sealed to your
          key, for up to 7 days.
        </EmptyState>
      )}
      dialog={(id, onClose) => <ItemDialog id={id} onClose={onClose} />}
    />
  );
}
