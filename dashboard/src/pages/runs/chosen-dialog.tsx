// One action on the runs that were taken by hand, one after the other, with what became of each.

import { type Client, ClientError } from "dispatched/client";
import { useRef, useState } from "react";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { actionWords, type BulkAction } from "./bulk-bar.tsx";
import { type Result, ResultList } from "./bulk-results.tsx";

interface ChosenDialogProps {
  readonly action: BulkAction;
  readonly runs: readonly string[];
  readonly onClose: () => void;
}

const samplesMax = 5;

async function act(client: Client, action: BulkAction, run: string): Promise<Result> {
  try {
    if (action === "cancel") await client.cancelRun(run, true);
    else if (action === "rerun") {
      const { run: created } = await client.rerun(run, {});
      return { run, state: "done", code: null, created };
    } else await client.command(run, action);
    return { run, state: "done", code: null, created: null };
  } catch (error) {
    return {
      run,
      state: "refused",
      code: error instanceof ClientError ? error.code : "unreachable",
      created: null,
    };
  }
}

export function ChosenDialog({ action, runs, onClose }: ChosenDialogProps) {
  const client = useClient();
  // What was taken when it was opened: the set is fixed.
  const [fixed] = useState(runs);
  const [results, setResults] = useState<readonly Result[] | null>(null);
  const aborted = useRef(false);
  const [over, setOver] = useState(false);
  const begin = async () => {
    setResults([]);
    for (const run of fixed) {
      if (aborted.current) break;
      const result = await act(client, action, run);
      setResults((before) => [...(before ?? []), result]);
    }
    setOver(true);
  };
  return (
    <Dialog
      title={`${actionWords[action]}: those that were taken`}
      onClose={() => {
        aborted.current = true;
        onClose();
      }}
      wide
    >
      {results === null ? (
        <>
          <p className="mt-0">
            <strong>{fixed.length}</strong> run{fixed.length === 1 ? "" : "s"}, among them:
          </p>
          <ul className="mt-0">
            {fixed.slice(0, samplesMax).map((run) => (
              <li key={run}>
                <code>{run}</code>
              </li>
            ))}
          </ul>
          <Button kind={action === "cancel" ? "danger" : "main"} onClick={() => void begin()}>
            {actionWords[action]} {fixed.length} run{fixed.length === 1 ? "" : "s"}
          </Button>
        </>
      ) : (
        <>
          <p className="mt-0" aria-live="polite">
            {results.length} of {fixed.length} dealt with.
          </p>
          <ResultList results={results} />
          {!over && (
            <Button
              kind="danger"
              onClick={() => {
                aborted.current = true;
              }}
            >
              Abort
            </Button>
          )}
        </>
      )}
    </Dialog>
  );
}
