// The fields of a workflow document.

import { limits } from "../../value/limits.ts";
import { placeOf, placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { newSchemaSet } from "../schema/schema-set.ts";
import { listShape } from "../shape/list-shape.ts";
import { identifier, mapShape } from "../shape/map-shape.ts";
import { durationShape, integerShape } from "../shape/number-shape.ts";
import { type ObjectRead, objectShape } from "../shape/object-shape.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { choiceShape, textShape } from "../shape/text-shape.ts";
import { headersShape } from "./header-shape.ts";
import { retryShape } from "./retry-fields.ts";
import { schemasShape } from "./schema-shape.ts";
import { type StepRead, stepShape } from "./step-fields.ts";
import { type TriggerRead, triggerShape } from "./trigger-fields.ts";
import { urlShape } from "./url-shape.ts";
import { workflowNameShape } from "./workflow-name-shape.ts";

const plainTemplate = templateShape({ secrets: false, takes: "any" });

const defaultsFields = {
  headers: {
    about: "Headers of every request; a request can replace one, or remove it with null.",
    shape: headersShape,
  },
  timeout: { about: "The default of `response.timeout`: one attempt.", shape: durationShape(1) },
  retry: {
    about:
      "The retry of every request that has none of its own; taken whole. Compensations have their own default.",
    shape: retryShape,
  },
  base_url: { about: "Put before every `url` that begins with `/`.", shape: urlShape(true) },
} as const;

const defaultsShape = objectShape({
  name: "defaults",
  about: "What holds for every step that does not say otherwise.",
  fields: defaultsFields,
  check: (read, context) => {
    context.hasBaseUrl = read.entries.base_url !== undefined;
  },
});

const stepMap = mapShape<StepRead>({
  key: "the id of a step",
  value: stepShape,
  ...identifier,
  min: 1,
  max: limits.steps,
});

const stepsShape: typeof stepMap = {
  read(node, context) {
    if (node.type === "object" && node.entries.length === 0) {
      addProblem(context.report, "no_steps", placeOf(node), "a workflow has at least one step");
      return undefined;
    }
    const excess = node.type === "object" ? node.entries[limits.steps] : undefined;
    if (excess === undefined) return stepMap.read(node, context);
    const message = `a workflow has at most ${limits.steps} steps`;
    addProblem(
      context.report,
      "too_many_steps",
      placeOfKey(excess),
      message,
      "move a part into a workflow of its own",
    );
    return undefined;
  },
  schema: stepMap.schema,
};

const triggersShape: Shape<readonly TriggerRead[]> = {
  read(node, context) {
    const list = listShape(triggerShape, { unique: false }).read(node, context);
    for (const second of list?.filter((entry) => entry.value.type === "http").slice(1) ?? []) {
      addProblem(
        context.report,
        "several_http_triggers",
        placeOf(second.node),
        "there is an `http` trigger already",
        "remove one",
      );
    }
    return list?.map((entry) => entry.value);
  },
  schema: listShape(triggerShape, { unique: false }).schema,
};

const concurrencyFields = {
  key: {
    about: "Runs of one key share the limit; without it all runs of the workflow do.",
    shape: plainTemplate,
  },
  limit: { about: "So many at a time.", shape: integerShape(1, limits.concurrency), required: true },
  on_limit: {
    about:
      "`queue`: wait for a place, first in first out; `reject`: answer 429; `cancel_oldest`: cancel the oldest that is not ending already.",
    shape: choiceShape(["queue", "reject", "cancel_oldest"]),
    default: "queue",
  },
} as const;

const concurrencyShape = objectShape({
  name: "concurrency",
  about: "How many runs at a time. A place is held from the start of a run to its end.",
  fields: concurrencyFields,
});

const labelMap = mapShape({
  key: "the name of a label",
  value: plainTemplate,
  ...identifier,
  max: limits.labels,
});

const labelsShape: typeof labelMap = {
  read(node, context) {
    const excess = node.type === "object" && !context.isStored ? node.entries[limits.labels] : undefined;
    if (excess === undefined) return labelMap.read(node, context);
    const message = `a workflow has at most ${limits.labels} labels`;
    addProblem(context.report, "too_many_labels", placeOfKey(excess), message);
    return undefined;
  },
  schema: labelMap.schema,
};

/** In the order in which they are read: what others name comes first. */
const workflowFields = {
  name: {
    about: "Lowercase kebab-case, 1 to 64 characters.",
    shape: workflowNameShape,
    required: true,
  },
  version: {
    about: "A stored version never changes; the highest one runs unless a caller names another.",
    shape: integerShape(1, limits.version),
    required: true,
  },
  description: { about: "What the workflow is for.", shape: textShape(10_000) },
  labels: {
    about: "Names to templates, 64 at most, evaluated at the start of a run, by which runs are found.",
    shape: labelsShape,
  },
  schemas: {
    about: "Named JSON Schemas (2020-12); one may refer to another by its name.",
    shape: schemasShape,
  },
  defaults: { about: "What holds for every step that does not say otherwise.", shape: defaultsShape },
  triggers: {
    about: "What starts a run; none for a workflow that only others start.",
    shape: triggersShape,
    required: true,
  },
  steps: { about: "Ids to steps, 1 to 256.", shape: stepsShape, required: true },
  output: {
    about: "The run's result. Without it: the output of every step that nothing comes after, by id.",
    shape: plainTemplate,
  },
  timeout: {
    about: "Longest duration of a run from its start, pauses included, compensation not.",
    shape: durationShape(1),
  },
  concurrency: { about: "How many runs at a time.", shape: concurrencyShape },
  mode: {
    about:
      "`active-run`: runs go on by themselves while nobody is signed in. `attended`: the engine alone cannot open them, so that after a restart they wait until somebody signs in. Default: active-run.",
    shape: choiceShape(["active-run", "attended"]),
  },
  retention: {
    about:
      "How long a run is kept after its end; children are kept as long as the run at the top. Default: 90d.",
    shape: durationShape(1),
  },
} as const;

export type WorkflowRead = ObjectRead<typeof workflowFields>;
export type DefaultsRead = ObjectRead<typeof defaultsFields>;

export const workflowShape = objectShape({
  name: "workflow",
  about: "A workflow of Dispatched.",
  fields: workflowFields,
});

/** A context to read one document with. */
export function newReadContext(report: ReadContext["report"], isStored: boolean): ReadContext {
  const schemaSet = newSchemaSet("refuse");
  return { report, uses: [], schemas: new Map(), schemaSet, hasBaseUrl: false, isStored };
}
