// Parts of a page, each at an address of its own.

import { Link } from "@tanstack/react-router";

interface LinkTabsProps {
  readonly label: string;
  readonly tabs: readonly { readonly to: string; readonly title: string }[];
}

export function LinkTabs({ label, tabs }: LinkTabsProps) {
  return (
    <nav aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map(({ to, title }) => (
        <Link
          key={to}
          to={to}
          className="-mb-px border-b-2 border-transparent px-3 py-2 whitespace-nowrap text-soft no-underline hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-ink"
          activeProps={{ "aria-current": "page" }}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
