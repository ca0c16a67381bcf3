// A time as people read it: in the reader's zone or UTC, the zone in sight, the exact instant on hover.

import { usePreferences } from "./preferences.ts";

interface MomentProps {
  /** RFC 3339. */
  readonly at: string | null;
  /** With milliseconds. */
  readonly exact?: boolean;
}

export function formatMoment(at: string, zone: "local" | "utc", exact = false): string {
  const date = new Date(at);
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
    ...(exact ? { fractionalSecondDigits: 3 as const } : {}),
    ...(zone === "utc" ? { timeZone: "UTC" } : {}),
  };
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat("sv-SE", options).format(date);
}

export function Moment({ at, exact = false }: MomentProps) {
  const { zone } = usePreferences();
  if (at === null) return <span className="text-soft">–</span>;
  return (
    <time dateTime={at} title={at} className="md:whitespace-nowrap">
      {formatMoment(at, zone, exact)}
    </time>
  );
}
