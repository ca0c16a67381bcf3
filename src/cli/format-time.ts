// Times and durations for people.

/** 14 ms, 3.3 s, 2 m 5 s, 3 h 10 m. */
export function formatElapsed(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} m ${Math.floor((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

/** 2026-11-24 08:15:03Z: the zone is always printed. */
export function formatTime(text: string): string {
  return `${text.slice(0, 10)} ${text.slice(11, 19)}Z`;
}
