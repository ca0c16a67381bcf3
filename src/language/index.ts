// The published subpath `dispatched/language`: what editors and other tools need of the language as the engine runs it.

export type { Json, JsonObject } from "../value/json.ts";
export { stringifyJson } from "../value/stringify-json.ts";
export { fixedRoots, responseMembers, stepMembers } from "./check/context-names.ts";
export { documentProblems, type ProblemCode } from "./document-problems.ts";
export { evaluateCondition } from "./evaluate-condition.ts";
export { evaluateExpression } from "./evaluate-expression.ts";
export { evaluateTemplate } from "./evaluate-template.ts";
export type { Expression, Scope } from "./expression.ts";
export { parseWorkflow } from "./parse-workflow.ts";
export { type JsonFault, type ReadJson, readJson } from "./read-json.ts";
export type {
  RecordedBody,
  RecordedContent,
  RecordedRequest,
  RecordedText,
} from "./recorded-request.ts";
export { renameWorkflow } from "./rename-workflow.ts";
export type { Template } from "./template.ts";
export { type ChildUse, type EventUse, type HostUse, usesOf, type WorkflowUses } from "./uses-of.ts";
export type {
  DocumentProblem,
  Evaluated,
  EvaluationProblem,
  ParsedWorkflow,
  Step,
  Trigger,
  Workflow,
} from "./workflow.ts";
export { type GraphNode, graphOf, type WorkflowGraph } from "./workflow-graph.ts";
export { workflowJsonSchema } from "./workflow-json-schema.ts";
