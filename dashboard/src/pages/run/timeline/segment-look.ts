// How the parts of a timeline look: a pattern and a hue for each, and its word for the legend and for screen readers.

import type { Segment, SegmentKind } from "./segments-of.ts";

interface SegmentLook {
  readonly word: string;
  readonly className: string;
}

const looks: Readonly<Record<SegmentKind, SegmentLook>> = {
  queue: { word: "held back by us", className: "border border-dotted border-quiet bg-sunken" },
  connect: { word: "connection", className: "border-2 border-failed bg-failed-soft" },
  service: { word: "service", className: "bg-completed" },
  retry: { word: "retry delay", className: "border-y border-dashed border-amber bg-amber-soft" },
  poll: { word: "between polls", className: "border-y border-dotted border-quiet" },
  wait: { word: "waits for people or others", className: "border border-quiet bg-paper" },
  sleep: { word: "sleep", className: "border border-dotted border-quiet bg-paper" },
  child: { word: "child", className: "border border-running bg-accent-soft" },
  items: { word: "items", className: "bg-completed-soft border border-completed" },
  undo: { word: "undoing", className: "hatched border border-amber" },
};

export const segmentKinds = Object.keys(looks) as readonly SegmentKind[];

export function segmentWord(kind: SegmentKind): string {
  return looks[kind].word;
}

export function segmentClass({ kind, ended, to }: Pick<Segment, "kind" | "ended" | "to">): string {
  if (kind === "service" && ended === "failed") return "notched bg-failed";
  if (kind === "service" && to === null) return "bg-running";
  if (kind === "service" && ended === "dropped") return "bg-quiet";
  return looks[kind].className;
}
