// A time as people read it: in the reader's zone or UTC, the zone in sight, the exact instant on hover.

import { usePreferences } from "./preferences.ts";

interface MomentProps {
  /** RFC 3339. */
  readonly at: string | null;
  /** With milliseconds. */
  readonly exact?: boolean;
}

/** Making one takes as long as a hundred uses of it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: "local" | "utc", exact: boolean): Intl.DateTimeFormat {
  const key = `${zone} ${exact}`;
  const made = formats.get(key);
  if (made !== undefined) return made;
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
  const format = new Intl.DateTimeFormat("sv-SE", options);
  formats.set(key, format);
  return format;
}

export function formatMoment(at: string, zone: "local" | "utc", exact = false): string {
  return formatOf(zone, exact).format(new Date(at));
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
