// One event of a run's log, whole: what the engine recorded, with secrets masked as they were when it was written.

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";
import { JsonView } from "../../../look/json-view.tsx";
import { Loaded } from "../../../look/loaded.tsx";
import { Moment } from "../../../look/moment.tsx";
import { useClient } from "../../../session/tenant-client.ts";
import { LargeBodies } from "../panel/large-bodies.tsx";
import { useWholeEvents } from "../panel/use-whole-events.ts";
import { type TrailData, taskKey } from "../trail.ts";
import { useRunPage } from "../use-run-page.ts";

interface EventDialogProps {
  readonly seq: number;
  /** How many events there are now. */
  readonly count: number;
}

export function EventDialog({ seq, count }: EventDialogProps) {
  const client = useClient();
  const { run, place } = useRunPage();
  // An event that was recorded never changes.
  const found = useQuery({
    queryKey: ["event", run.id, seq],
    queryFn: () => client.getEvent(run.id, seq),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const own = useMemo(() => (found.data == null ? undefined : [found.data]), [found.data]);
  const { events, offer } = useWholeEvents(own);
  const show = (event: number | null) => place.set({ event: event === null ? "" : String(event) });
  return (
    <Dialog title={`Event ${seq}`} onClose={() => show(null)} wide>
      <Loaded of={found}>
        {(event) =>
          event === null ? (
            <p className="m-0 text-soft">There is no event {seq} in the log of this run.</p>
          ) : (
            <>
              <p className="m-0 mb-3 flex flex-wrap items-center gap-x-4 gap-y-1">
                <strong>{event.type}</strong>
                <Moment at={event.at} exact />
                {event.step !== null && <StepLink step={event.step} data={event.data as TrailData | null} />}
              </p>
              <LargeBodies offer={offer} />
              <JsonView value={events?.[0]?.data ?? event.data} label="the event" />
            </>
          )
        }
      </Loaded>
      <div className="mt-3 flex gap-2">
        <Button offBecause={seq <= 1 ? "It is the first" : null} onClick={() => show(seq - 1)}>
          Earlier
        </Button>
        <Button offBecause={seq >= count ? "It is the last so far" : null} onClick={() => show(seq + 1)}>
          Later
        </Button>
      </div>
    </Dialog>
  );
}

/** Leads to the step, item and attempt that the event is of. */
function StepLink({ step, data }: { readonly step: string; readonly data: TrailData | null }) {
  const { place } = useRunPage();
  const item = data?.item ?? null;
  const go = () => {
    place.go({ step, item, attempt: data?.attempt ?? null }, { event: "" });
  };
  return (
    <button type="button" className="min-h-6 text-accent underline" onClick={go}>
      Show {taskKey(step, item)}
    </button>
  );
}
