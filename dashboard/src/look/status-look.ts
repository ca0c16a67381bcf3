// The status language: for each status of a run or a step its word, shape and hue, so that every page says the same.

import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleSlash,
  Hourglass,
  LoaderCircle,
  Lock,
  type LucideIcon,
  OctagonX,
  RotateCcw,
  SkipForward,
  TimerOff,
  Undo2,
} from "lucide-react";

export interface StatusLook {
  readonly word: string;
  readonly shape: LucideIcon;
  /** A colour of the theme. */
  readonly hue: "running" | "completed" | "failed" | "amber" | "quiet";
  readonly turning?: boolean;
}

const looks: Readonly<Record<string, StatusLook>> = {
  running: { word: "running", shape: LoaderCircle, hue: "running", turning: true },
  pending: { word: "not begun", shape: CircleDashed, hue: "quiet" },
  queued: { word: "queued", shape: CircleDashed, hue: "quiet" },
  waiting: { word: "waiting", shape: Hourglass, hue: "quiet" },
  paused: { word: "paused", shape: CirclePause, hue: "quiet" },
  retrying: { word: "retrying", shape: RotateCcw, hue: "amber" },
  completed: { word: "completed", shape: CircleCheck, hue: "completed" },
  succeeded: { word: "completed", shape: CircleCheck, hue: "completed" },
  failed: { word: "failed", shape: OctagonX, hue: "failed" },
  timed_out: { word: "timed out", shape: TimerOff, hue: "failed" },
  compensating: { word: "compensating", shape: Undo2, hue: "amber" },
  compensated: { word: "compensated", shape: Undo2, hue: "amber" },
  skipped: { word: "skipped", shape: SkipForward, hue: "quiet" },
  rejected: { word: "rejected", shape: CircleSlash, hue: "quiet" },
  cancelled: { word: "cancelled", shape: Ban, hue: "quiet" },
  cancelling: { word: "cancelling", shape: Ban, hue: "amber" },
  locked: { word: "locked", shape: Lock, hue: "amber" },
  expired: { word: "expired", shape: TimerOff, hue: "quiet" },
  answered: { word: "answered", shape: CircleCheck, hue: "quiet" },
  refused: { word: "refused", shape: CircleSlash, hue: "failed" },
  started: { word: "started", shape: CircleCheck, hue: "completed" },
};

/** A status that is not known here is shown by its own word. */
export function statusLook(status: string): StatusLook {
  return looks[status] ?? { word: status.replaceAll("_", " "), shape: CircleDashed, hue: "quiet" };
}

const hueClasses = {
  running: "text-running",
  completed: "text-completed",
  failed: "text-failed",
  amber: "text-amber",
  quiet: "text-quiet",
} as const;

export function hueClass(status: string): string {
  return hueClasses[statusLook(status).hue];
}
