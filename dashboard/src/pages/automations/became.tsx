// What became of what came: the run that it started, or why it started none.

import { Link } from "@tanstack/react-router";

interface BecameProps {
  readonly of: {
    readonly run: string | null;
    readonly reason: string | null;
    /** It was taken before, and started nothing new. */
    readonly repeated?: boolean;
  };
}

export function Became({ of: { run, reason, repeated = false } }: BecameProps) {
  if (run !== null) {
    return (
      <Link to="/runs/$run" params={{ run }} className="text-accent underline">
        {run}
        {repeated && " (was there before)"}
      </Link>
    );
  }
  if (reason === null) return <span className="text-soft">–</span>;
  return (
    <a href={`/docs/errors/${reason}`} className="text-accent underline">
      {reason}
    </a>
  );
}
