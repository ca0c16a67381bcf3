// What of the language a generated workflow uses: a campaign shows that each of these has met every fault.

import { hasBody } from "./document-of.ts";
import { languageFeatures, languageFeaturesOf } from "./language-features.ts";
import type { RetryModel, StepModel, WorkflowModel } from "./model.ts";
import { outsideFeatures, outsideOfRun, outsideOfStep } from "./outside-features.ts";
import { rerunFeatures } from "./rerun-features.ts";

export const features = [
  "after",
  "join_any",
  "when_flag",
  "when_output",
  "value",
  "text_body",
  "json_body",
  "form_body",
  "multipart_body",
  "base64_body",
  "no_body",
  "header_template",
  "secret_header",
  "secret_bearer",
  "secret_query",
  "secret_body",
  "on_error_continue",
  "on_crash_fail",
  "step_timeout",
  "expect",
  "schema",
  "parse_json",
  "parse_text",
  "parse_base64",
  "retry_on",
  "retry_exponential",
  "retry_linear",
  "retry_constant",
  "retry_jitter",
  "retry_max_elapsed",
  "compensate",
  "compensate_retry",
  "compensate_poll",
  "compensate_when_unknown",
  "run_timeout",
  "output_text",
  "default_retry",
  ...languageFeatures,
  ...outsideFeatures,
  ...rerunFeatures,
] as const;

export type Feature = (typeof features)[number];

/** Of one step, as what strikes it meets them; those of its compensation are met by the calls that undo it. */
export function featuresOfStep(model: WorkflowModel, step: StepModel, undo: boolean): readonly Feature[] {
  const language = languageFeaturesOf(step, undo);
  if (undo) return [...ofCompensation(step), ...language];
  const found = new Set<Feature>(language);
  const use = (uses: boolean, feature: Feature) => {
    if (uses) found.add(feature);
  };
  use(step.after.length > 0, "after");
  use(step.join === "any", "join_any");
  use(step.when?.type === "flag", "when_flag");
  use(step.when?.type === "above", "when_output");
  use(step.kind === "value", "value");
  for (const feature of outsideOfStep(model, step)) found.add(feature);
  if (step.kind !== "request") return [...found];
  use(!hasBody(step.method), "no_body");
  use(hasBody(step.method), `${step.sends}_body`);
  use(step.refHeader, "header_template");
  use(step.secret !== null, `secret_${step.secretPlace}`);
  use(step.onError === "continue", "on_error_continue");
  use(step.onCrash === "fail", "on_crash_fail");
  use(step.timeoutMs !== null, "step_timeout");
  use(step.expect.length > 0, "expect");
  use(step.schema, "schema");
  if (step.parse !== "auto") found.add(`parse_${step.parse}`);
  for (const feature of ofRetry(step.retry)) found.add(feature);
  use(step.retry === null && model.defaultRetry !== null, "default_retry");
  return [...found];
}

/** Of a run as a whole, whatever of it is under way. */
export function featuresOfRun(model: WorkflowModel): readonly Feature[] {
  return [
    ...(model.timeoutMs === null ? [] : ["run_timeout" as const]),
    ...(model.output.type === "default" ? [] : [`output_${model.output.type}` as const]),
    ...outsideOfRun(model),
  ];
}

function ofRetry(retry: RetryModel | null): readonly Feature[] {
  if (retry === null) return [];
  return [
    `retry_${retry.backoff}`,
    ...(retry.on === null ? [] : ["retry_on" as const]),
    ...(retry.jitter === "none" ? [] : ["retry_jitter" as const]),
    ...(retry.maxElapsedMs === null ? [] : ["retry_max_elapsed" as const]),
  ];
}

function ofCompensation({ compensate }: StepModel): readonly Feature[] {
  if (compensate === null) return [];
  return [
    "compensate",
    ...(compensate.retry === null ? [] : ["compensate_retry" as const]),
    ...(compensate.poll === null ? [] : ["compensate_poll" as const]),
    ...(compensate.whenUnknown ? ["compensate_when_unknown" as const] : []),
  ];
}
