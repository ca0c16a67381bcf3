// How many items of a strategy are at what: shape and number of each status, and their parts of the whole as a bar.

import { hueClass } from "../look/status-look.ts";
import { StatusShape } from "../look/status-shape.tsx";
import type { ItemCount } from "./step-state.ts";
import { countWords } from "./step-words.ts";

export function ItemCounts({ counts }: { readonly counts: readonly ItemCount[] }) {
  return (
    <span className="flex gap-2 overflow-hidden text-xs text-soft" title={countWords(counts)}>
      {counts.map(({ status, count }) => (
        <span key={status} className="tabular inline-flex items-center gap-1" data-count={status}>
          <StatusShape status={status} size={12} />
          {count.toLocaleString("en")}
        </span>
      ))}
    </span>
  );
}

export function ItemBar({ counts }: { readonly counts: readonly ItemCount[] }) {
  return (
    <span className="graph-bar" aria-hidden>
      {counts.map(({ status, count }) => (
        <span
          key={status}
          className={status === "pending" ? "" : `bg-current ${hueClass(status)}`}
          style={{ flexGrow: count }}
        />
      ))}
    </span>
  );
}
