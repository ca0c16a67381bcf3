// Everything that waits for people, the oldest first, with its deadline in sight and its answer at hand.

import { Hand } from "lucide-react";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { Button } from "../../look/button.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { LiveMark } from "../../look/live-mark.tsx";
import { Page } from "../../look/page.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { InboxLine } from "./inbox-line.tsx";
import { WaitCard } from "./wait-card.tsx";
import { WaitList } from "./wait-list.ts";

export function WaitsPage() {
  const client = useClient();
  const list = useMemo(() => new WaitList(client, { people: true }), [client]);
  useEffect(() => {
    void list.follow();
    return () => list.close();
  }, [list]);
  const { state, error, rows, more, moreError, live } = useSyncExternalStore(list.listen, list.view);
  const waits = rows.flatMap(({ run, waits: open }) => open.map((wait) => ({ run, wait })));
  return (
    <Page
      title="Waits"
      actions={
        state === "loading" ? <span className="text-sm text-soft">Loading…</span> : <LiveMark live={live} />
      }
    >
      <InboxLine />
      {state === "failed" && <ProblemNotice error={error} onAgain={() => void list.load()} />}
      {state === "shown" && waits.length === 0 && (
        <EmptyState shape={Hand} title="Nothing waits for people">
          A step with <code>wait: {"{signal: approve}"}</code> stands here until somebody answers it.
        </EmptyState>
      )}
      <ul aria-label="What waits, the oldest first" className="m-0 list-none p-0">
        {waits.map(({ run, wait }) => (
          <WaitCard key={`${run.id} ${wait.step} ${wait.item ?? ""}`} run={run} wait={wait} />
        ))}
      </ul>
      {moreError !== null && <ProblemNotice error={moreError} onAgain={() => void list.more()} />}
      {more && (
        <p className="mt-3 flex flex-wrap items-center gap-3 text-soft">
          <Button onClick={() => void list.more()}>Show more</Button>
          The oldest {rows.length.toLocaleString("en")} runs stand here; more wait.
        </p>
      )}
    </Page>
  );
}
