// The graph of a workflow on a canvas that is moved and zoomed; its steps are buttons, and nothing in it can be changed.

import { Controls, type Edge, type Node, type NodeHandle, Position, ReactFlow } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./graph-canvas.css";
import type { GraphNode } from "dispatched/language";
import { useMemo } from "react";
import { GraphLine, type GraphLineData } from "./graph-line.tsx";
import { GraphStep, type GraphStepData, type StepState } from "./graph-step.tsx";
import { cardMeasures, type Layout, layOutSteps, linePath, type StepOfGraph } from "./lay-out-steps.ts";

export interface GraphCanvasProps {
  /** `graphOf` of `dispatched/language` gives them. */
  readonly steps: readonly GraphNode[];
  /** For screen readers: what is drawn. */
  readonly label: string;
  /** By step; one without a state is drawn as the document has it. */
  readonly states?: ReadonlyMap<string, StepState>;
  readonly selected?: string | null;
  readonly onSelect?: (step: string) => void;
}

const nodeTypes = { step: GraphStep };
const edgeTypes = { line: GraphLine };
const { width, height } = cardMeasures;
/** Above this, what is out of sight is not drawn. */
const drawnMax = 80;

type Shown = Omit<GraphCanvasProps, "label">;

function handlesOf(id: string): NodeHandle[] {
  const side = { x: width / 2, width: 1, height: 1 };
  return [
    { ...side, id: `${id} head`, type: "target", position: Position.Top, y: 0 },
    { ...side, id: `${id} foot`, type: "source", position: Position.Bottom, y: height },
  ];
}

function nodesOf(layout: Layout, { steps, states, selected, onSelect }: Shown): Node<GraphStepData>[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return layout.steps.flatMap(({ id, x, y }) => {
    const step = byId.get(id);
    if (step === undefined) return [];
    const state = states?.get(id) ?? null;
    return {
      id,
      type: "step",
      position: { x, y },
      width,
      height,
      handles: handlesOf(id),
      data: { step, state, selected: selected === id, onSelect: onSelect ?? null },
    };
  });
}

function linesOf(layout: Layout, states: GraphCanvasProps["states"]): Edge<GraphLineData>[] {
  return layout.lines.map(({ from, to, points }) => ({
    id: `${from} ${to}`,
    type: "line",
    source: from,
    target: to,
    data: { path: linePath(points), idle: states !== undefined && !states.has(to) },
  }));
}

export function GraphCanvas({ steps, states, selected, onSelect, label }: GraphCanvasProps) {
  // The same shape is not laid out anew with each letter that is typed.
  const shape = JSON.stringify(steps.map(({ id, after }) => ({ id, after })));
  const layout = useMemo(() => layOutSteps(JSON.parse(shape) as readonly StepOfGraph[]), [shape]);
  const nodes = useMemo(
    () => nodesOf(layout, { steps, states, selected, onSelect }),
    [layout, steps, states, selected, onSelect],
  );
  const lines = useMemo(() => linesOf(layout, states), [layout, states]);
  return (
    <section aria-label={label} className="h-full min-h-48 w-full">
      <ReactFlow
        key={shape}
        nodes={nodes}
        edges={lines}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        onlyRenderVisibleElements={steps.length > drawnMax}
        proOptions={{ hideAttribution: true }}
        minZoom={0.05}
        maxZoom={1.5}
        fitView
        fitViewOptions={{ padding: 0.08, maxZoom: 1 }}
      >
        <Controls showInteractive={false} position="bottom-right" />
      </ReactFlow>
    </section>
  );
}
