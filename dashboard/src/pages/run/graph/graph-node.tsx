// One step in a graph: shape, word and hue of its status, its counts, its child, what became of its compensation.

import { Link } from "@tanstack/react-router";
import { Handle, type NodeProps, Position, useReactFlow } from "@xyflow/react";
import { ExternalLink, Layers, Undo2 } from "lucide-react";
import { memo } from "react";
import { StatusMark } from "../../../look/status-mark.tsx";
import { stepDetail } from "../step-detail.ts";
import { stepStatus } from "../step-status.ts";
import { useRunPage } from "../use-run-page.ts";
import { nodeHeight, nodeWidth } from "./layout-graph.ts";

export const GraphNode = memo(function GraphNode({
  id,
  positionAbsoluteX: x,
  positionAbsoluteY: y,
}: NodeProps) {
  const { run, place, document } = useRunPage();
  const flow = useReactFlow();
  const step = run.steps.find((one) => one.id === id);
  if (step === undefined) return null;
  const about = document?.steps.find((one) => one.id === id) ?? null;
  const detail = stepDetail(step);
  const show = (element: HTMLElement) => {
    const room = element.closest(".react-flow")?.getBoundingClientRect();
    const own = element.getBoundingClientRect();
    if (
      room === undefined ||
      (own.left >= room.left && own.right <= room.right && own.top >= room.top && own.bottom <= room.bottom)
    )
      return;
    void flow.setCenter(x + nodeWidth / 2, y + nodeHeight / 2, { zoom: flow.getZoom() });
  };
  return (
    <div className="pointer-events-auto relative" style={{ width: nodeWidth, height: nodeHeight }}>
      <Handle type="target" position={Position.Left} isConnectable={false} className="opacity-0" />
      <button
        type="button"
        aria-pressed={place.step === id}
        className="nopan flex h-full w-full flex-col justify-center rounded-md border border-line-strong bg-raised px-2.5 text-left text-ink hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft"
        onClick={() => place.go({ step: id })}
        onFocus={({ currentTarget }) => show(currentTarget)}
      >
        <span className="flex items-center gap-1.5 font-semibold">
          {about?.strategy != null && (
            <Layers size={14} aria-label={about.strategy} className="shrink-0 text-soft" />
          )}
          <span className="truncate">{id}</span>
          {about?.undoable === true && step.compensation === null && (
            <Undo2 size={12} aria-label="can be undone" className="ml-auto shrink-0 text-quiet" />
          )}
        </span>
        <span className="flex items-center gap-1.5 text-sm">
          <StatusMark status={stepStatus(step)} size={14} />
          <span className="truncate text-soft">{detail}</span>
        </span>
      </button>
      {step.child !== null && (
        <Link
          to="/runs/$run"
          params={{ run: step.child }}
          aria-label={`Child run of ${id}`}
          className="nopan absolute -top-4 -right-4 rounded-full border border-line-strong bg-raised p-3 text-accent"
        >
          <ExternalLink size={16} aria-hidden />
        </Link>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} className="opacity-0" />
    </div>
  );
});
