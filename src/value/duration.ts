// Durations as people write them in a workflow: `500ms`, `30s`, `5m`, `24h`, `7d` or ISO 8601.

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const short = /^(\d{1,15})(ms|s|m|h|d)$/;
const iso =
  /^P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,3}))?S)?)?$/;

/**
 * Milliseconds of a duration, or null when `text` is none. Years and months have no fixed length and are refused
 * (ISO 8601-1, section 5.5.2.3, without them).
 */
export function parseDuration(text: string): number | null {
  const plain = short.exec(text);
  if (plain !== null) return safe(Number(plain[1]) * (units[plain[2] as string] as number));
  const parts = iso.exec(text);
  if (parts === null || text.endsWith("T") || text === "P") return null;
  const [weeks, days, hours, minutes, seconds] = parts.slice(1, 6).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const millis = Number((parts[6] ?? "").padEnd(3, "0"));
  return safe((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1_000 + millis);
}

/** A duration in the shortest exact of the short forms, for people: 90000 is `90s`. */
export function formatDuration(durationMs: number): string {
  for (const unit of ["d", "h", "m", "s"]) {
    const size = units[unit] as number;
    if (durationMs >= size && durationMs % size === 0) return `${durationMs / size}${unit}`;
  }
  return `${durationMs}ms`;
}

function safe(durationMs: number): number | null {
  return Number.isSafeInteger(durationMs) ? durationMs : null;
}
