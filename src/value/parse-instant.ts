// Reads a timestamp.

const pattern =
  /^(\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970 of an RFC 3339 timestamp (section 5.6), or null: also for a day that its month does not have. */
export function parseInstant(text: string): number | null {
  const day = pattern.exec(text)?.[1];
  const at = Date.parse(text.toUpperCase());
  if (day === undefined || Number.isNaN(at)) return null;
  // Date.parse takes 30 February for 2 March.
  return new Date(Date.parse(day)).toISOString().startsWith(day) ? at : null;
}
