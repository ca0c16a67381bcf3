// What of the runs is shown: all, failures in groups, or actions on many.

const views = [
  ["", "All runs"],
  ["failures", "Failures, grouped"],
  ["bulks", "Many at once"],
] as const;

const tab =
  "border-0 border-b-2 border-transparent bg-transparent px-2 py-1 text-ink aria-selected:border-accent aria-selected:font-semibold";

interface ViewTabsProps {
  readonly view: string;
  readonly show: (view: string) => void;
}

export function ViewTabs({ view, show }: ViewTabsProps) {
  const shown = views.some(([one]) => one === view) ? view : "";
  return (
    <div role="tablist" aria-label="What is shown" className="flex flex-wrap gap-1">
      {views.map(([one, title]) => (
        <button
          key={one}
          type="button"
          role="tab"
          aria-selected={one === shown}
          className={tab}
          onClick={() => show(one)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
