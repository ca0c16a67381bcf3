// What every part of a run's page needs: the run, its trail, its workflow, and where the reader is.

import { useQuery } from "@tanstack/react-query";
import type { ExplanationResource, RunResource } from "dispatched/client";
import { createContext, useContext } from "react";
import { useClient } from "../../session/tenant-client.ts";
import { loadDocument, type RunDocument } from "./document-of.ts";
import type { RunFeed, RunSnapshot } from "./run-feed.ts";
import type { usePlace } from "./use-place.ts";

export type RunDialog =
  | { readonly type: "signal" | "cancel" | "retry" | "evaluate" | "export" }
  /** `from`: steps and items that are chosen at first. */
  | { readonly type: "rerun"; readonly from: readonly string[] };

export interface RunPageData {
  readonly feed: RunFeed;
  readonly snapshot: RunSnapshot;
  readonly run: RunResource;
  readonly verdict: ExplanationResource | null;
  /** Null while it is loaded, and where it is gone. */
  readonly document: RunDocument | null;
  readonly documentLoads: boolean;
  readonly place: ReturnType<typeof usePlace>;
  readonly open: (dialog: RunDialog | null) => void;
}

export const RunPageContext = createContext<RunPageData | null>(null);

/** Only below the page of a run. */
export function useRunPage(): RunPageData {
  const data = useContext(RunPageContext);
  if (data === null) throw new Error("there is no run here");
  return data;
}

export function useDocument(run: RunResource | null): Pick<RunPageData, "document" | "documentLoads"> {
  const client = useClient();
  const { data, isLoading } = useQuery({
    queryKey: ["document", run?.workflow, run?.version],
    queryFn: () => loadDocument(client, run?.workflow ?? "", run?.version ?? 0),
    enabled: run !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { document: data ?? null, documentLoads: isLoading };
}
