// The live list of runs of a filter, as a component shows it.

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useClient } from "../../session/tenant-client.ts";
import { RunList, type RunListView } from "./run-list.ts";
import type { RunQuery } from "./run-query.ts";

/** @param query the same object as long as the filter is the same */
export function useRunList(query: RunQuery): readonly [RunList, RunListView] {
  const client = useClient();
  const list = useMemo(() => new RunList(client, query), [client, query]);
  useEffect(() => {
    void list.follow();
    return () => list.close();
  }, [list]);
  return [list, useSyncExternalStore(list.listen, list.view)];
}
