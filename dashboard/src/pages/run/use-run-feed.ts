// The run of a page, followed as long as the page is there.

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useClient } from "../../session/tenant-client.ts";
import { RunFeed, type RunSnapshot } from "./run-feed.ts";

export function useRunFeed(id: string): { readonly feed: RunFeed; readonly snapshot: RunSnapshot } {
  const client = useClient();
  const feed = useMemo(() => new RunFeed(client, id), [client, id]);
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  return { feed, snapshot: useSyncExternalStore(feed.listen, feed.snapshot) };
}
