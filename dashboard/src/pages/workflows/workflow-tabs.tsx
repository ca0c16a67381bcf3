// The tabs of a workflow's page.

import { Link } from "@tanstack/react-router";

const tabs = [
  ["editor", "Editor"],
  ["versions", "Versions"],
  ["trigger", "Start a run"],
  ["calls", "Who is called"],
] as const;

export function WorkflowTabs({ tab }: { readonly tab: string }) {
  return (
    <nav aria-label="Parts of the workflow" className="mb-3 flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map(([value, title]) => (
        <Link
          key={value}
          to="."
          search={{ tab: value === "editor" ? "" : value } as never}
          aria-current={tab === value ? "page" : undefined}
          activeProps={{}}
          className={`-mb-px border-b-2 px-3 py-2 whitespace-nowrap no-underline hover:text-ink ${tab === value ? "border-accent font-semibold text-ink" : "border-transparent text-soft"}`}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
