// A schedule in words, and when it is due next.

import cronstrue from "cronstrue";
import { formatDuration } from "./duration.ts";
import { Moment } from "./moment.tsx";
import { useNow } from "./use-now.ts";

/** As its author wrote it, when no words are found for it. */
function inWords(schedule: string): string {
  try {
    return cronstrue.toString(schedule, { use24HourTimeFormat: true, verbose: true });
  } catch {
    return schedule;
  }
}

export function ScheduleWords({
  schedule,
  timezone,
}: {
  readonly schedule: string;
  readonly timezone: string;
}) {
  return (
    <span title={schedule}>
      {inWords(schedule)} <span className="text-soft">({timezone})</span>
    </span>
  );
}

/** `at`: null for never. */
export function NextTime({ at }: { readonly at: string | null }) {
  const now = useNow();
  if (at === null) return <span className="text-soft">never</span>;
  return (
    <span>
      <Moment at={at} />{" "}
      <span className="text-soft">in {formatDuration(Math.max(0, Date.parse(at) - now))}</span>
    </span>
  );
}
