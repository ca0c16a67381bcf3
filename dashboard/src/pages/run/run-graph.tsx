// The steps of a run as a graph: the status of each, the counts of a strategy and its first items, what follows what.

import { useQueries } from "@tanstack/react-query";
import type { ItemsResource, StepResource } from "dispatched/client";
import type { GraphNode } from "dispatched/language";
import { useMemo, useState } from "react";
import {
  type GraphItem,
  type ItemCount,
  type OpenedItems,
  type StepState,
  shownItemsMax,
} from "../../graph/step-state.ts";
import { WorkflowGraph } from "../../graph/workflow-graph.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { stepDetail } from "./step-detail.ts";
import { itemStatus, stepStatus } from "./step-status.ts";
import { useRunPage } from "./use-run-page.ts";

/** In points. */
const heightMax = 560;

export function RunGraph() {
  const { run, place, document, documentLoads } = useRunPage();
  const [open, setOpen] = useState<readonly string[]>([]);
  const opened = useOpenedItems(open);
  const states = useMemo(() => new Map(run.steps.map((step) => [step.id, stateOf(step)])), [run.steps]);
  const bare = useMemo(() => run.steps.map(({ id }) => bareNode(id)), [run.steps]);
  const toggle = (step: string) =>
    setOpen(open.includes(step) ? open.filter((one) => one !== step) : [...open, step]);
  if (documentLoads) return <div className="h-96 rounded-b-md border-x border-b border-line bg-sunken" />;
  return (
    <div className="overflow-hidden rounded-b-md border-x border-b border-line">
      <WorkflowGraph
        steps={document?.graph ?? bare}
        label="Graph of the steps"
        states={states}
        opened={opened}
        selected={place.step}
        selectedItem={place.item}
        onSelect={(step, item) => place.go({ step, item })}
        onToggle={toggle}
        heightMax={heightMax}
      />
    </div>
  );
}

/** Where the document is gone: of the steps no more is known than that they are there. */
function bareNode(id: string): GraphNode {
  return {
    ...{ id, after: [], join: "all", kind: "value", strategy: null, undoable: false, does: "", notes: [] },
  };
}

function stateOf(step: StepResource): StepState {
  return {
    status: stepStatus(step),
    detail: stepDetail(step),
    counts: step.items === null ? null : countsOf(step.items),
    child: step.child,
  };
}

function countsOf({ count, started, open, succeeded, failed, undone }: ItemsResource): readonly ItemCount[] {
  const counts: readonly ItemCount[] = [
    { status: "succeeded", count: succeeded - undone },
    { status: "compensated", count: undone },
    { status: "failed", count: failed },
    { status: "running", count: open },
    { status: "cancelled", count: started - open - succeeded - failed },
    { status: "pending", count: count - started },
  ];
  return counts.filter((one) => one.count > 0);
}

/** The first items of each step that is opened, asked for again as the run is. */
function useOpenedItems(steps: readonly string[]): ReadonlyMap<string, OpenedItems> {
  const client = useClient();
  const { run } = useRunPage();
  const counted = steps.flatMap((id) => {
    const count = run.steps.find((step) => step.id === id)?.items?.count;
    return count === undefined ? [] : { id, count };
  });
  const pages = useQueries({
    queries: counted.map(({ id }) => ({
      queryKey: ["first items", run.id, id, run.seq],
      queryFn: async (): Promise<readonly GraphItem[]> => {
        const { items } = await client.listRunItems(run.id, id, { limit: shownItemsMax });
        return items.map((item) => {
          const { item: number, entry, child } = item;
          return { number, entry, child, status: itemStatus(item) };
        });
      },
      placeholderData: (before: readonly GraphItem[] | undefined) => before,
    })),
  });
  return new Map(counted.map(({ id, count }, index) => [id, { count, known: pages[index]?.data ?? [] }]));
}
