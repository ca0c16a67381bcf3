// A step in the graph: its shape, id and what it does; in a run its status, and its items when it is opened.

import type { GraphNode } from "dispatched/language";
import { ChevronDown, ChevronRight, Layers, Undo2 } from "lucide-react";
import { memo, useContext } from "react";
import { statusLook } from "../look/status-look.ts";
import { StatusShape } from "../look/status-shape.tsx";
import { ChildLink } from "./child-link.tsx";
import { GraphActionsContext } from "./graph-actions.ts";
import { GraphItems } from "./graph-items.tsx";
import type { GraphStop } from "./graph-stop.ts";
import { ItemBar, ItemCounts } from "./item-counts.tsx";
import { kindLook } from "./kind-look.ts";
import type { PlacedStep } from "./lay-out-steps.ts";
import type { OpenedItems, StepState } from "./step-state.ts";
import { shortDoes, stepWords } from "./step-words.ts";
import { StopButton } from "./stop-button.tsx";

export interface GraphStepProps {
  readonly step: GraphNode;
  readonly place: PlacedStep;
  readonly state: StepState | null;
  /** Ids of the steps that come after it. */
  readonly followers: readonly string[];
  /** What of it is selected; undefined: nothing. */
  readonly selected: number | null | undefined;
  /** Where in it the keyboard is; undefined: elsewhere. */
  readonly current: GraphStop["part"] | undefined;
  readonly opened: OpenedItems | null;
}

/** Of hundreds, only those of which something changed are drawn anew. */
export const GraphStep = memo(GraphStepAnew, (before, after) => {
  const { state: had, ...rest } = before;
  return (
    JSON.stringify(had) === JSON.stringify(after.state) &&
    Object.entries(rest).every(([name, value]) => after[name as keyof GraphStepProps] === value)
  );
});

function GraphStepAnew({ step, place, state, followers, selected, current, opened }: GraphStepProps) {
  const { x: left, y: top, width, height } = place;
  const { id } = step;
  const own = current === null;
  return (
    <div
      className="graph-step"
      style={{ left, top, width, height }}
      data-status={state?.status}
      data-selected={selected === null || undefined}
    >
      <StopButton
        stop={{ step: id, part: null }}
        label={stepWords(step, state, followers)}
        title={[step.does, ...step.notes].join("\n")}
        current={own}
        selected={selected === null}
        className="graph-head"
      >
        <Name step={step} state={state} />
        {state?.counts == null ? (
          <span className="block truncate text-xs text-soft">{detailOf(step, state)}</span>
        ) : (
          <ItemCounts counts={state.counts} />
        )}
      </StopButton>
      {state?.counts != null && (
        <>
          <ItemBar counts={state.counts} />
          <Toggle step={id} open={opened !== null} current={own} />
        </>
      )}
      {state?.child != null && <ChildLink run={state.child} of={id} current={own} />}
      {opened !== null && (
        <GraphItems step={id} opened={opened} selected={selected ?? null} current={current ?? null} />
      )}
    </div>
  );
}

function detailOf({ does }: GraphNode, state: StepState | null): string {
  if (state === null || state.status === "pending") return shortDoes(does);
  const { word } = statusLook(state.status);
  return state.detail === "" ? word : `${word} · ${state.detail}`;
}

function Name({ step, state }: Pick<GraphStepProps, "step" | "state">) {
  const { shape: Shape } = kindLook(step.kind);
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {state === null ? (
        <Shape size={15} className="shrink-0 text-quiet" />
      ) : (
        <StatusShape status={state.status} size={15} />
      )}
      <span className="min-w-0 truncate font-semibold">{step.id}</span>
      {step.strategy !== null && <Layers size={13} className="shrink-0 text-quiet" />}
      {step.undoable && state?.status.startsWith("compensat") !== true && (
        <Undo2 size={13} className="shrink-0 text-quiet" />
      )}
    </span>
  );
}

interface ToggleProps {
  readonly step: string;
  readonly open: boolean;
  readonly current: boolean;
}

function Toggle({ step, open, current }: ToggleProps) {
  const { toggle } = useContext(GraphActionsContext);
  const Shape = open ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      className="graph-side text-soft"
      tabIndex={current ? 0 : -1}
      aria-expanded={open}
      aria-label={`Items of ${step}`}
      onClick={() => toggle(step)}
    >
      <Shape size={16} aria-hidden />
    </button>
  );
}
