// Whether a log of what was done holds, or where it does not.

import type { AuditVerdictResource } from "dispatched/client";
import { CircleCheck, OctagonX } from "lucide-react";

interface VerdictLineProps {
  /** What was checked, as the beginning of a sentence. */
  readonly of: string;
  readonly verdict: AuditVerdictResource;
}

export function VerdictLine({ of, verdict: { valid, head, fault } }: VerdictLineProps) {
  if (valid)
    return (
      <span role="status" className="inline-flex items-center gap-1.5">
        <CircleCheck size={16} aria-hidden className="text-completed" />
        {of} holds, up to entry {head.seq}
      </span>
    );
  return (
    <span role="alert" className="inline-flex items-center gap-1.5">
      <OctagonX size={16} aria-hidden className="text-failed" />
      {of} does not hold at entry {fault?.seq}: {fault?.what.replaceAll("_", " ")}
    </span>
  );
}
