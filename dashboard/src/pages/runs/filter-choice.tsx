// One choice in the menu of a filter.

import type { ReactNode } from "react";

export function FilterChoice({
  kind = "checkbox",
  chosen,
  onToggle,
  children,
}: {
  readonly kind?: "checkbox" | "radio";
  readonly chosen: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}) {
  return (
    <label className="flex min-h-[var(--row)] cursor-pointer items-center gap-2 rounded px-2 whitespace-nowrap hover:bg-sunken">
      <input type={kind} className="accent-accent" checked={chosen} onChange={onToggle} />
      {children}
    </label>
  );
}
