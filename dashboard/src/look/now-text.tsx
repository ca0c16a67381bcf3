// What a run is doing, with the time until that begins or ends counted down.

import { formatDuration } from "./duration.ts";
import { useNow } from "./use-now.ts";

interface Due {
  /** RFC 3339. */
  readonly at: string;
  readonly what: "begins" | "ends";
}

interface NowTextProps {
  readonly now: string;
  readonly due: Due | null;
}

/** `charge · retry 3/5 in 12 s`, `ask · waits for approve · 6 h left`. */
export function NowText({ now, due }: NowTextProps) {
  return (
    <span>
      {now}
      {due !== null && <DueText due={due} />}
    </span>
  );
}

function DueText({ due }: { readonly due: Due }) {
  const leftMs = Date.parse(due.at) - useNow();
  if (leftMs <= 0) return due.what === "ends" ? " · due now" : "";
  return due.what === "begins" ? ` in ${countdown(leftMs)}` : ` · ${countdown(leftMs)} left`;
}

/** In whole seconds: it is renewed each second. */
export function countdown(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1_000);
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000);
}
