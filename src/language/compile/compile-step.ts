// A step as the engine runs it.

import type { RequestRead } from "../fields/request-fields.ts";
import { type ResponseRead, responseDefaults } from "../fields/response-fields.ts";
import type { CompensateRead, StepRead } from "../fields/step-fields.ts";
import type { DefaultsRead } from "../fields/workflow-fields.ts";
import type { Template } from "../template.ts";
import type { Compensation, ResponseRule, Step, StepAction } from "../workflow.ts";
import { compileRequest } from "./compile-request.ts";
import { compileCompensationRetry, compileRetry } from "./compile-retry.ts";

interface StepPlace {
  readonly number: number;
  readonly id: string;
  readonly after: readonly number[];
  readonly dependents: readonly number[];
}

/** `read` has no problems. */
export function compileStep(place: StepPlace, read: StepRead, defaults: DefaultsRead | undefined): Step {
  const { values } = read;
  return {
    ...place,
    join: values.join ?? "all",
    when: values.when ?? null,
    action: actionOf(read, defaults),
    timeoutMs: values.timeout ?? null,
    onError: values.on_error ?? "fail",
  };
}

function actionOf({ values }: StepRead, defaults: DefaultsRead | undefined): StepAction {
  if (values.request === undefined) return { type: "value", value: values.value as Template };
  const request = compileRequest(values.request, defaults);
  return {
    type: "request",
    request,
    response: responseOf(values.response, defaults),
    retry: compileRetry(values.retry, defaults?.values.retry, request.method),
    onCrash: values.on_crash ?? "retry",
    compensate: values.compensate === undefined ? null : compensationOf(values.compensate, defaults),
  };
}

function responseOf(read: ResponseRead | undefined, defaults: DefaultsRead | undefined): ResponseRule {
  const values = read?.values;
  return {
    timeoutMs: values?.timeout ?? defaults?.values.timeout ?? responseDefaults.timeoutMs,
    schema: values?.schema ?? null,
    expect: (values?.expect ?? []).map((entry) => entry.value),
    parse: values?.parse ?? "auto",
    maxBytes: values?.max_bytes ?? responseDefaults.maxBytes,
  };
}

function compensationOf({ values }: CompensateRead, defaults: DefaultsRead | undefined): Compensation {
  return {
    request: compileRequest(values.request as RequestRead, defaults),
    response: responseOf(values.response, defaults),
    retry: compileCompensationRetry(values.retry),
    whenUnknown: values.when_unknown ?? false,
  };
}
