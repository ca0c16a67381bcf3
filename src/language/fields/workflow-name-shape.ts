// The name of a workflow.

import { patternShape } from "../shape/text-shape.ts";

export const workflowNameShape = patternShape(
  /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  64,
  "a name in lowercase kebab-case of 1 to 64 characters",
  "invalid_name",
);
