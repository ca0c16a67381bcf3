// A step in the graph: a button with its shape, id and what it does, and in a run its status.

import type { Node, NodeProps } from "@xyflow/react";
import type { GraphNode } from "dispatched/language";
import { Split, Undo2 } from "lucide-react";
import { StatusMark } from "../look/status-mark.tsx";
import { kindLook } from "./kind-look.ts";

export interface StepState {
  /** A status of `statusLook`. */
  readonly status: string;
  /** `retry 2 of 5`, `41 of 50`. */
  readonly note?: string | null;
}

export interface GraphStepData extends Record<string, unknown> {
  readonly step: GraphNode;
  readonly state: StepState | null;
  readonly selected: boolean;
  readonly onSelect: ((step: string) => void) | null;
}

const hosted = /^(?<method>[A-Z]+) (?:https?:\/\/)?(?<rest>.*)$/;

/** `POST pay.example.com/charges`: what is known of every address is left out. */
export function shortDoes(does: string): string {
  const { method, rest } = hosted.exec(does)?.groups ?? {};
  return method === undefined ? does : `${method} ${rest}`;
}

export function GraphStep({ data }: NodeProps<Node<GraphStepData>>) {
  const { step, state, selected, onSelect } = data;
  const { shape: Shape, word } = kindLook(step.kind);
  const repeated = step.notes.some((note) => /^(scatter|fan_out|race|batch|reduce) over/.test(note));
  const undone = step.notes.some((note) => note.startsWith("undone by"));
  return (
    <button
      type="button"
      aria-pressed={selected}
      title={[step.does, ...step.notes].join("\n")}
      onClick={() => onSelect?.(step.id)}
      data-step={step.id}
      data-status={state?.status}
      className="graph-step nopan"
    >
      <span className="flex min-w-0 items-center gap-1.5">
        {state === null ? (
          <Shape size={15} role="img" aria-label={word} className="shrink-0 text-quiet" />
        ) : (
          <StatusMark status={state.status} bare size={15} />
        )}
        <span className="min-w-0 flex-1 truncate font-semibold">{step.id}</span>
        {repeated && <Split size={13} aria-hidden className="shrink-0 text-quiet" />}
        {undone && <Undo2 size={13} aria-hidden className="shrink-0 text-quiet" />}
      </span>
      <span className="block truncate text-xs text-soft">{state?.note ?? shortDoes(step.does)}</span>
    </button>
  );
}
