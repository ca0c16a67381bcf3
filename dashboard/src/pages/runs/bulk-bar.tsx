// What can be done with many runs: those that were taken by x, or all that the filter finds.

import { useState } from "react";
import { Button } from "../../look/button.tsx";
import { BulkDialog } from "./bulk-dialog.tsx";
import type { RunQuery } from "./run-query.ts";

export type BulkAction = "cancel" | "pause" | "resume" | "rerun";

export const actionWords: Readonly<Record<BulkAction, string>> = {
  cancel: "Cancel",
  pause: "Pause",
  resume: "Resume",
  rerun: "Run again",
};
const actions = Object.keys(actionWords) as readonly BulkAction[];

/** As many as one action takes by their ids. */
const takenMax = 1_000;

interface BulkBarProps {
  readonly query: RunQuery;
  readonly chosen: ReadonlySet<string>;
  readonly onClear: () => void;
}

export function BulkBar({ query, chosen, onClear }: BulkBarProps) {
  const [action, setAction] = useState<BulkAction | null>(null);
  const taken = chosen.size > 0;
  if (!taken && Object.keys(query).length === 0) {
    return (
      <span className="text-sm text-soft">
        Take rows, or choose a filter, to do something with many at once.
      </span>
    );
  }
  return (
    <fieldset className="m-0 flex min-w-0 flex-wrap items-center gap-1 border-0 p-0">
      <legend className="sr-only">Many runs at once</legend>
      <span className="mr-1 text-soft">
        {taken ? `${chosen.size.toLocaleString("en")} taken:` : "All that fit:"}
      </span>
      {actions.map((one) => (
        <Button
          key={one}
          kind="quiet"
          offBecause={chosen.size > takenMax ? "One action takes 1,000 runs that were taken by hand" : null}
          onClick={() => setAction(one)}
        >
          {actionWords[one]}…
        </Button>
      ))}
      {taken && (
        <Button kind="quiet" onClick={onClear}>
          Take none
        </Button>
      )}
      {action !== null && (
        <BulkDialog
          action={action}
          runs={taken ? { runs: [...chosen] } : query}
          onClose={() => setAction(null)}
        />
      )}
    </fieldset>
  );
}
