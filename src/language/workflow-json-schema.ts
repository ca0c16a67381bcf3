// The JSON Schema of a workflow document, from the same tables that the checks read by.

import type { Json, JsonObject } from "../value/json.ts";
import { workflowShape } from "./fields/workflow-fields.ts";

/** For editors and other tools; it says what a schema can say, and `parseWorkflow` the rest. */
export function workflowJsonSchema(): JsonObject {
  const definitions = new Map<string, Json>();
  const root = workflowShape.schema(definitions);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Workflow of Dispatched",
    ...root,
    $defs: Object.fromEntries([...definitions].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}
