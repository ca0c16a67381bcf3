// The steps of a run: as a graph or as a timeline; on a phone as a list.

import { useWide } from "../../look/use-wide.ts";
import { RunGraph } from "./run-graph.tsx";
import { StepList } from "./step-list.tsx";
import { TimelineView } from "./timeline/timeline-view.tsx";
import { useRunPage } from "./use-run-page.ts";

/** With more steps than this a timeline says more than a graph. */
const graphFirstMax = 12;

export function StepsView() {
  const { run, place } = useRunPage();
  const roomy = useWide(768);
  if (!roomy) return <StepList />;
  const first = run.steps.length > graphFirstMax ? "timeline" : "graph";
  const order = first === "graph" ? (["graph", "timeline"] as const) : (["timeline", "graph"] as const);
  const shown = order.find((one) => one === place.search["view"]) ?? first;
  return (
    <section aria-label="Steps">
      <div role="tablist" aria-label="How steps are shown" className="flex gap-1 border-b border-line">
        {order.map((view) => (
          <button
            key={view}
            type="button"
            role="tab"
            aria-selected={view === shown}
            className="-mb-px border-b-2 border-transparent px-3 py-1.5 text-soft aria-selected:border-accent aria-selected:font-semibold aria-selected:text-ink"
            onClick={() => place.set({ view: view === first ? undefined : view })}
          >
            {view === "graph" ? "Graph" : "Timeline"}
          </button>
        ))}
      </div>
      {shown === "timeline" ? <TimelineView /> : <RunGraph />}
    </section>
  );
}
