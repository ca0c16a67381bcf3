// The workflow of a run as pages need it: its steps, what follows what, and what each is.

import type { Client, WorkflowResource } from "dispatched/client";
import type { GraphNode, Json, Step } from "dispatched/language";
import { loadPart } from "../../look/load-part.ts";

type ResponseSchema = NonNullable<
  Extract<Step["action"], { readonly type: "request" }>["response"]["schema"]
>;

export interface DocumentStep {
  readonly id: string;
  /** What it waits for, or null. */
  readonly wait: DocumentWait | null;
  /** What its answer must fit, or null. */
  readonly responseSchema: ResponseSchema | null;
}

export interface DocumentWait {
  readonly kind: "signal" | "event" | "callback";
  /** Of signals, or the event's type. */
  readonly names: readonly string[];
  readonly mode: "any" | "all";
  /** JSON Schema of what ends it, or null. */
  readonly schema: Json | null;
}

export interface RunDocument {
  readonly steps: readonly DocumentStep[];
  /** The same steps, as they are drawn. */
  readonly graph: readonly GraphNode[];
  readonly stored: WorkflowResource;
}

/** The version that ran. The parser is loaded when a run is looked at. */
export async function loadDocument(client: Client, name: string, version: number): Promise<RunDocument> {
  const [stored, { graphOf, parseWorkflow }] = await Promise.all([
    client.getWorkflow(name, String(version)),
    loadPart(() => import("dispatched/language")),
  ]);
  const parsed = parseWorkflow(stored.text ?? "", stored.format, { stored: true });
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message ?? "the document cannot be read");
  const { workflow } = parsed;
  return { stored, steps: workflow.steps.map(stepOf), graph: graphOf(workflow).steps };
}

function stepOf(step: Step): DocumentStep {
  const { action } = step;
  return {
    id: step.id,
    wait: waitOf(step),
    responseSchema: action.type === "request" ? action.response.schema : null,
  };
}

function waitOf({ action }: Step): DocumentWait | null {
  const rule = "wait" in action ? action.wait : null;
  if (rule === null) return null;
  const { for: wanted, schema } = rule;
  const source = schema?.source ?? null;
  switch (wanted.type) {
    case "signals":
      return { kind: "signal", names: wanted.names, mode: wanted.mode, schema: source };
    case "event":
      return { kind: "event", names: [wanted.event], mode: "any", schema: source };
    case "callback":
      return { kind: "callback", names: [], mode: "any", schema: source };
  }
}
