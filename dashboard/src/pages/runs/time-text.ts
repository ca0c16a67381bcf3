// Times as a field for day and minute has them, and as the address has them: in the zone that the reader chose.

type Zone = "local" | "utc";

const two = (number: number) => String(number).padStart(2, "0");

/** `2026-01-31T12:00`, or empty for what is no time. */
export function fieldOf(at: string | undefined, zone: Zone): string {
  const date = new Date(at ?? "");
  if (Number.isNaN(date.getTime())) return "";
  if (zone === "utc") return date.toISOString().slice(0, 16);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** RFC 3339 in UTC, to the minute; empty for what is no time. */
export function timeOf(field: string, zone: Zone): string {
  const date = new Date(zone === "utc" && field !== "" ? `${field}Z` : field);
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 16)}Z`;
}

/** Why these two bound no time, or null. */
export function boundsProblem(from: string, to: string): string | null {
  return from !== "" && to !== "" && Date.parse(from) >= Date.parse(to) ? "It ends before it begins" : null;
}
