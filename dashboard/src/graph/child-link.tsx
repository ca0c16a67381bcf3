// From a step, or an item of it, to the run that it started.

import { Link } from "@tanstack/react-router";
import { ArrowUpRight } from "lucide-react";

interface ChildLinkProps {
  readonly run: string;
  /** What started it: `charge`, `charge[3]`. */
  readonly of: string;
  /** The Tab key stops at it. */
  readonly current: boolean;
}

export function ChildLink({ run, of, current }: ChildLinkProps) {
  return (
    <Link
      to="/runs/$run"
      params={{ run }}
      aria-label={`Child run of ${of}`}
      title={`Child run of ${of}`}
      tabIndex={current ? 0 : -1}
      className="graph-side text-accent"
    >
      <ArrowUpRight size={15} aria-hidden />
    </Link>
  );
}
