// What came while nobody was signed in and waits to be judged: one sentence, when there is any.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { Moment } from "../../look/moment.tsx";
import { useClient } from "../../session/tenant-client.ts";

const shownMax = 200;

export function InboxLine() {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ["waiting-inbox"],
    queryFn: () => client.listInbox({ state: ["waiting"], limit: shownMax }),
  });
  const [oldest] = data?.items ?? [];
  if (data === undefined || oldest === undefined) return null;
  const count = `${data.items.length}${data.next === null ? "" : "+"}`;
  return (
    <p className="mt-0 mb-3 rounded-md border border-amber bg-amber-soft px-3 py-2">
      <Lock size={16} aria-hidden className="mr-2 inline text-amber" />
      Nothing is lost: {count} {data.items.length === 1 ? "item waits" : "items wait"} in the inbox, the
      oldest since <Moment at={oldest.received_at} />, and {data.items.length === 1 ? "is" : "are"} judged in
      order.{" "}
      <Link to="/automations/inbox" className="text-accent underline">
        Open the inbox
      </Link>
    </p>
  );
}
