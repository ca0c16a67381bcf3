// The steps of a workflow as a graph: what each does in a few words, and what it comes after.

import { formatDuration } from "../value/duration.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import type { Template, TextPart } from "./template.ts";
import type { Step, StepAction, Strategy, WaitRule, Workflow } from "./workflow.ts";

export interface GraphNode {
  readonly id: string;
  /** Ids of the steps that it comes after. */
  readonly after: readonly string[];
  readonly join: "all" | "any";
  readonly kind: StepAction["type"];
  /** Of its strategy, by which it does the same for each entry of a list; else null. */
  readonly strategy: Strategy["type"] | null;
  /** It has a compensation of its own. */
  readonly undoable: boolean;
  /** `POST https://…`, `waits for the signal approve`. */
  readonly does: string;
  /** `retry 5`, `fan_out, 10 at once`, `when …`, `undone by …`. */
  readonly notes: readonly string[];
}

export interface WorkflowGraph {
  readonly name: string;
  readonly version: number;
  readonly triggers: readonly string[];
  readonly steps: readonly GraphNode[];
}

export function graphOf({ name, version, triggers, steps }: Workflow): WorkflowGraph {
  const nodes = steps.map((step) => ({
    id: step.id,
    after: step.after.map((number) => steps[number]?.id ?? ""),
    join: step.join,
    kind: step.action.type,
    strategy: step.strategy?.type ?? null,
    undoable: "compensate" in step.action && step.action.compensate !== null,
    does: doesText(step.action),
    notes: notesOf(step),
  }));
  return { name, version, triggers: triggers.map(({ type }) => type), steps: nodes };
}

function doesText(action: StepAction): string {
  switch (action.type) {
    case "request": {
      const call = `${action.request.method} ${templateText(action.request.url)}`;
      return action.wait === null ? call : `${call}, then waits for the callback`;
    }
    case "value":
      return "computes a value";
    case "wait":
      return waitText(action.wait);
    case "sleep":
      return action.for.type === "duration"
        ? `sleeps ${formatDuration(action.for.ms)}`
        : `sleeps until ${templateText(action.for.at)}`;
    case "workflow":
      return `runs ${action.name}${action.version === null ? "" : ` v${action.version}`}`;
  }
}

function waitText({ for: wanted }: WaitRule): string {
  if (wanted.type === "event") return `waits for the event ${wanted.event}`;
  if (wanted.type === "callback") return "waits for the callback";
  const { names, mode } = wanted;
  return names.length === 1
    ? `waits for the signal ${names[0]}`
    : `waits for ${mode} of the signals ${names.join(", ")}`;
}

function notesOf({ when, strategy, action, onError, join, after }: Step): readonly string[] {
  const notes: string[] = [];
  if (join === "any" && after.length > 1) notes.push("after any of them");
  if (when !== null) notes.push(`when ${when.source}`);
  if (strategy !== null) {
    const atOnce =
      strategy.type === "fan_out" || strategy.type === "batch" ? `, ${strategy.window} at once` : "";
    notes.push(`${strategy.type} over ${templateText(strategy.over)}${atOnce}`);
  }
  if (action.type === "request" && action.retry.max > 0) notes.push(`retry ${action.retry.max}`);
  const compensate = "compensate" in action ? action.compensate : null;
  if (compensate !== null) {
    notes.push(`undone by ${compensate.request.method} ${templateText(compensate.request.url)}`);
  }
  if (onError === "continue") notes.push("may fail");
  return notes;
}

/** As the document says it. */
function templateText(template: Template): string {
  switch (template.type) {
    case "literal":
      return typeof template.value === "string" ? template.value : stringifyJson(template.value);
    case "expression":
      return `{{ ${template.expression.source} }}`;
    case "secret":
      return `{{ secrets.${template.name} }}`;
    case "text":
      return template.parts.map(partText).join("");
    default:
      return template.type === "list" ? "[…]" : "{…}";
  }
}

function partText(part: TextPart): string {
  if (typeof part === "string") return part;
  return "secret" in part ? `{{ secrets.${part.secret} }}` : `{{ ${part.source} }}`;
}
