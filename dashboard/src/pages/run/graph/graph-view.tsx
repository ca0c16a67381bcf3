// The steps of a run as a graph, to be looked at: status of each, what follows what, what was undone.

import "@xyflow/react/dist/style.css";
import {
  Background,
  Controls,
  type Edge,
  type Node,
  ReactFlow,
  ReactFlowProvider,
  useOnViewportChange,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import { usePreferences } from "../../../look/preferences.ts";
import { useRunPage } from "../use-run-page.ts";
import { GraphNode } from "./graph-node.tsx";
import { layoutGraph, nodeHeight, nodeWidth } from "./layout-graph.ts";

const fit = { maxZoom: 1, minZoom: 0.4, padding: 0.08 } as const;
const nodeTypes = { step: GraphNode };

export function GraphView() {
  const { document, run } = useRunPage();
  const { theme } = usePreferences();
  // Statuses change, places do not: what each node shows it takes from the run by itself.
  const key = JSON.stringify(
    document?.steps.map(({ id, after }) => ({ id, after })) ?? run.steps.map(({ id }) => ({ id, after: [] })),
  );
  const { nodes, edges, height } = useMemo(() => graphOf(JSON.parse(key) as GraphSteps), [key]);
  return (
    <div className="rounded-b-md border-x border-b border-line" style={{ height }}>
      <ReactFlowProvider>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          colorMode={theme === "system" ? "system" : theme}
          fitView
          fitViewOptions={fit}
          minZoom={0.1}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          proOptions={{ hideAttribution: true }}
          preventScrolling={false}
          zoomOnScroll={false}
          panOnScroll={false}
          aria-label="Graph of the steps"
        >
          <Background gap={20} />
          <FitToRoom />
          <Controls showInteractive={false} position="bottom-right" orientation="horizontal" />
        </ReactFlow>
      </ReactFlowProvider>
    </div>
  );
}

/** The whole graph stays in sight when the room for it changes, as by the panel, until the reader moves it. */
function FitToRoom() {
  const flow = useReactFlow();
  const room = useStore(({ width, height }) => `${width} by ${height}`);
  const moved = useRef(false);
  const onStart = () => {
    moved.current ||= document.querySelector(".react-flow__pane.dragging") !== null;
  };
  useOnViewportChange({ onStart });
  useEffect(() => {
    if (!moved.current && room !== "0 by 0") void flow.fitView(fit);
  }, [flow, room]);
  return null;
}

type GraphSteps = readonly { readonly id: string; readonly after: readonly string[] }[];

function graphOf(steps: GraphSteps) {
  const placed = layoutGraph(steps);
  const nodes: Node[] = placed.map(({ id, x, y }) => ({
    ...{ id, type: "step", position: { x, y }, data: {}, width: nodeWidth, height: nodeHeight },
  }));
  const edges: Edge[] = steps.flatMap(({ id, after }) =>
    after.map((parent) => ({ id: `${parent} ${id}`, source: parent, target: id })),
  );
  const lowest = Math.max(0, ...placed.map(({ y }) => y)) + nodeHeight;
  return { nodes, edges, height: Math.min(520, Math.max(180, lowest + 80)) };
}
