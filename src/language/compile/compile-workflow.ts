// A workflow as the engine runs it, from a document that has no problems.

import { dependentsOf, type StepGraph } from "../check/step-graph.ts";
import type { StepRead } from "../fields/step-fields.ts";
import type { WorkflowRead } from "../fields/workflow-fields.ts";
import type { MapEntry } from "../shape/map-shape.ts";
import type { Workflow } from "../workflow.ts";
import { compileStep } from "./compile-step.ts";

export function compileWorkflow(
  { values }: WorkflowRead,
  steps: readonly MapEntry<StepRead>[],
  graph: StepGraph,
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
    triggers: (values.triggers ?? []).map((trigger) => ({
      type: trigger.type,
      schema: trigger.read.values.schema ?? null,
    })),
    steps: compiled,
    stepNumbers: graph.numbers,
    leaves: compiled.filter((step) => step.dependents.length === 0).map((step) => step.number),
    output: values.output ?? null,
    timeoutMs: values.timeout ?? null,
  };
}
