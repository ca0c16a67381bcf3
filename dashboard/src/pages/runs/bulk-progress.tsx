// How far an action on many runs is, as it goes on; then what became of each.

import { useMutation } from "@tanstack/react-query";
import type { BulkResource } from "dispatched/client";
import { useEffect, useState } from "react";
import { Button } from "../../look/button.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { BulkResults } from "./bulk-results.tsx";

export function BulkProgress({ begun }: { readonly begun: BulkResource }) {
  const client = useClient();
  const [bulk, setBulk] = useState(begun);
  const [broken, setBroken] = useState<unknown>(null);
  const abort = useMutation({ mutationFn: () => client.abortBulk(begun.id) });
  useEffect(() => {
    const over = new AbortController();
    const follow = async () => {
      for await (const now of client.followBulk(begun.id, { signal: over.signal })) setBulk(now);
    };
    follow().catch(setBroken);
    return () => over.abort();
  }, [client, begun]);
  const { state, total, done, refused } = bulk;
  const runs = total.toLocaleString("en");
  return (
    <>
      <p className="mt-0 mb-1" aria-live="polite">
        {state === "running" ? "Under way" : state === "done" ? "Done" : "Aborted"}:{" "}
        {done.toLocaleString("en")} of {runs} dealt with, {refused.toLocaleString("en")} refused.
        {state === "aborted" && " The others stay as they are."}
      </p>
      <progress
        className="mb-3 block h-2 w-full appearance-none overflow-hidden rounded border border-line bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
        aria-label="How far it is"
        max={total}
        value={done}
      />
      {state === "running" && (
        <Button
          kind="danger"
          offBecause={abort.isPending ? "It is being aborted" : null}
          onClick={() => abort.mutate()}
        >
          Abort
        </Button>
      )}
      {(broken ?? abort.error) !== null && <ProblemNotice error={broken ?? abort.error} />}
      {state !== "running" && <BulkResults id={begun.id} />}
    </>
  );
}
