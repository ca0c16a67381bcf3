// A workflow as the engine runs it, from a document that has no problems.

import { limits } from "../../value/limits.ts";
import { dependentsOf, type StepGraph } from "../check/step-graph.ts";
import type { DocumentNode } from "../document/document-node.ts";
import type { StepRead } from "../fields/step-fields.ts";
import type { WorkflowRead } from "../fields/workflow-fields.ts";
import { namesOf } from "../names-of.ts";
import type { MapEntry } from "../shape/map-shape.ts";
import type { Concurrency, RunBounds, Workflow } from "../workflow.ts";
import { compileStep } from "./compile-step.ts";
import { compileTrigger } from "./compile-trigger.ts";

const retentionMsDefault = 90 * 86_400_000;
const usualBounds: RunBounds = {
  events: limits.run_events,
  dataBytes: limits.run_data_bytes,
  earlySignals: limits.early_signals,
};

type ConcurrencyValues = NonNullable<WorkflowRead["values"]["concurrency"]>["values"];

export function compileWorkflow(
  { values }: WorkflowRead,
  steps: readonly MapEntry<StepRead>[],
  graph: StepGraph,
  { document, sandboxed }: { readonly document: DocumentNode; readonly sandboxed: boolean },
): Workflow {
  const dependents = dependentsOf(graph.parents);
  const compiled = steps.map(({ name, value }, number) => {
    const place = {
      number,
      id: name,
      after: graph.parents[number] as readonly number[],
      dependents: dependents[number] as readonly number[],
    };
    return compileStep(place, value, values.defaults);
  });
  return {
    name: values.name as string,
    version: values.version as number,
    description: values.description ?? null,
    labels: (values.labels ?? []).map(({ name, value }) => [name, value]),
    triggers: (values.triggers ?? []).map((trigger) => compileTrigger(trigger, graph)),
    steps: compiled,
    stepNumbers: graph.numbers,
    leaves: compiled.filter((step) => step.dependents.length === 0).map((step) => step.number),
    output: values.output ?? null,
    timeoutMs: values.timeout ?? null,
    mode: values.mode ?? "active-run",
    retentionMs: values.retention ?? retentionMsDefault,
    concurrency: values.concurrency === undefined ? null : concurrencyOf(values.concurrency.values),
    sandboxed,
    names: namesOf(document, compiled),
    bounds: usualBounds,
  };
}

function concurrencyOf({ key, limit, on_limit }: ConcurrencyValues): Concurrency {
  return { key: key ?? null, limit: limit as number, onLimit: on_limit ?? "queue" };
}
