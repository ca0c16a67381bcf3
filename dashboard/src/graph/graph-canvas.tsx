// The graph of a workflow on a canvas that is moved and zoomed; its steps are buttons, and nothing in it can be changed.

import "./graph-canvas.css";
import type { GraphNode } from "dispatched/language";
import { type RefObject, useEffect, useId, useMemo, useRef, useState } from "react";
import type { CanvasView } from "./canvas-view.ts";
import { GraphActionsContext } from "./graph-actions.ts";
import { GraphKeys } from "./graph-keys.tsx";
import { GraphLines } from "./graph-lines.tsx";
import { GraphStep } from "./graph-step.tsx";
import type { Layout } from "./lay-out-steps.ts";
import { type OpenedItems, openedParts, type StepState } from "./step-state.ts";
import { useCanvasView } from "./use-canvas-view.ts";
import { useGraphActions } from "./use-graph-actions.ts";
import { useGraphLayout } from "./use-graph-layout.ts";

export interface GraphCanvasProps {
  /** `graphOf` of `dispatched/language` gives them. */
  readonly steps: readonly GraphNode[];
  /** For screen readers: what is drawn. */
  readonly label: string;
  /** By step; one without a state is drawn as the document has it. */
  readonly states?: ReadonlyMap<string, StepState>;
  /** Steps whose items are shown. */
  readonly opened?: ReadonlyMap<string, OpenedItems>;
  readonly selected?: string | null;
  /** Of the selected step; null: all of it. */
  readonly selectedItem?: number | null;
  readonly onSelect?: (step: string, item: number | null) => void;
  readonly onToggle?: (step: string) => void;
  /** It is as high as what it draws, up to this, in points; without it, it fills what it stands in. */
  readonly heightMax?: number;
}

const none: ReadonlyMap<string, OpenedItems> = new Map();
const heightMin = 180;
const heightAround = 48;

function followersOf(steps: readonly GraphNode[]): ReadonlyMap<string, readonly string[]> {
  return new Map(steps.map(({ id }) => [id, steps.flatMap((one) => (one.after.includes(id) ? one.id : []))]));
}

/** What is selected from elsewhere comes into sight, once. */
function useRevealed(selected: string | null, layout: Layout, view: RefObject<CanvasView | null>): void {
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (shown.current === selected) return;
    shown.current = selected;
    const place = layout.steps.find(({ id }) => id === selected);
    if (place !== undefined) view.current?.reveal(place);
  }, [selected, layout, view]);
}

export function GraphCanvas(props: GraphCanvasProps) {
  const { steps, label, states, opened = none, heightMax, onSelect, onToggle } = props;
  const { selected = null, selectedItem = null } = props;
  const hint = useId();
  const [toggled, setToggled] = useState<string | null>(null);
  const layout = useGraphLayout(steps, opened);
  const { pane, drawing, view } = useCanvasView(layout, toggled);
  const parts = useMemo(
    () => new Map([...opened].map(([step, items]) => [step, openedParts(items)])),
    [opened],
  );
  const { actions, reached } = useGraphActions({
    ...{ layout, opened: parts, pane, view, onSelect },
    onToggle: (step) => {
      setToggled(step);
      onToggle?.(step);
    },
  });
  useRevealed(selected, layout, view);
  const byId = useMemo(() => new Map(steps.map((step) => [step.id, step])), [steps]);
  const followers = useMemo(() => followersOf(steps), [steps]);
  const idle = new Set(steps.flatMap(({ id }) => (states?.get(id)?.status === "pending" ? id : [])));
  const at = reached ?? { step: selected ?? steps[0]?.id, part: null };
  const high = Math.min(heightMax ?? 0, Math.max(heightMin, layout.height + heightAround));
  return (
    <section
      aria-label={label}
      aria-describedby={hint}
      className="relative h-full min-h-44 w-full"
      style={heightMax === undefined ? undefined : { height: high }}
    >
      <p id={hint} className="sr-only">
        Arrow keys go from step to step along the lines. Enter opens a step.
      </p>
      <div ref={pane} className="graph-pane h-full w-full">
        <div ref={drawing} className="graph-drawing">
          <svg aria-hidden="true" width={layout.width} height={layout.height}>
            <GraphLines layout={layout} idle={idle} />
          </svg>
          <GraphActionsContext value={actions}>
            {layout.steps.map((place) => {
              const { id } = place;
              const step = byId.get(id);
              return (
                step !== undefined && (
                  <GraphStep
                    key={id}
                    {...{ step, place }}
                    state={states?.get(id) ?? null}
                    followers={followers.get(id) ?? []}
                    selected={selected === id ? selectedItem : undefined}
                    current={at.step === id ? at.part : undefined}
                    opened={opened.get(id) ?? null}
                  />
                )
              );
            })}
          </GraphActionsContext>
        </div>
      </div>
      <GraphKeys view={view} />
    </section>
  );
}
