// A menu of one filter: it closes by Escape, by a press elsewhere, and when the focus goes elsewhere.

import { type ReactNode, useEffect, useRef } from "react";

interface FilterMenuProps {
  readonly label: string;
  /** How many are chosen; none is not told. */
  readonly chosen?: number;
  readonly children: ReactNode;
}

export function FilterMenu({ label, chosen = 0, children }: FilterMenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const leave = ({ target }: PointerEvent) => {
      const { current } = menu;
      if (current !== null && target instanceof Node && !current.contains(target)) current.open = false;
    };
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, []);
  return (
    <details
      ref={menu}
      className="relative"
      onBlur={({ currentTarget, relatedTarget }) => {
        if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
      }}
      onKeyDown={({ key, currentTarget }) => {
        if (key === "Escape") closeMenu(currentTarget);
      }}
    >
      <summary className="inline-flex min-h-[var(--row)] list-none items-center rounded-md border border-line-strong bg-raised px-3 select-none hover:bg-sunken">
        {label}
        {chosen > 0 && <span className="ml-1.5 rounded bg-accent-soft px-1.5 tabular">{chosen}</span>}
        <span aria-hidden className="ml-1.5 text-soft">
          ▾
        </span>
      </summary>
      <div className="absolute z-20 mt-1 max-h-[70dvh] min-w-52 overflow-auto rounded-md border border-line-strong bg-raised p-1 shadow-lg">
        {children}
      </div>
    </details>
  );
}

/** Closes the menu that this stands in, and gives the focus back to what opens it. */
export function closeMenu(element: Element): void {
  const menu = element.closest("details");
  if (menu === null) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
}
