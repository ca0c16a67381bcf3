// A step as the engine runs it.

import { limits } from "../../value/limits.ts";
import type { Expression } from "../expression.ts";
import type { RequestRead } from "../fields/request-fields.ts";
import { pollDefaults, type ResponseRead, responseDefaults } from "../fields/response-fields.ts";
import type { CompensateRead, StepRead } from "../fields/step-fields.ts";
import type { WaitRead } from "../fields/wait-fields.ts";
import type { DefaultsRead } from "../fields/workflow-fields.ts";
import type { Template } from "../template.ts";
import type {
  Compensation,
  PollRule,
  ResponseRule,
  Step,
  StepAction,
  WaitFor,
  WaitRule,
} from "../workflow.ts";
import { compilePaginate } from "./compile-paginate.ts";
import { compileRequest } from "./compile-request.ts";
import { compileCompensationRetry, compileRetry } from "./compile-retry.ts";
import { compileStrategy } from "./compile-strategy.ts";

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
    strategy: values.strategy === undefined ? null : compileStrategy(values.strategy),
    directives: new Set(values.directives?.map((entry) => entry.value) ?? ["retry", "fail", "poll"]),
  };
}

function actionOf({ values }: StepRead, defaults: DefaultsRead | undefined): StepAction {
  const compensate = values.compensate === undefined ? null : compensationOf(values.compensate, defaults);
  if (values.request !== undefined) {
    const request = compileRequest(values.request, defaults);
    return {
      type: "request",
      request,
      response: responseOf(values.response, defaults, values.request.values.redirects),
      retry: compileRetry(values.retry, defaults?.values.retry, request.method),
      onCrash: values.on_crash ?? "retry",
      compensate,
      wait: values.wait === undefined ? null : waitOf(values.wait),
    };
  }
  if (values.wait !== undefined) return { type: "wait", wait: waitOf(values.wait) };
  if (values.sleep !== undefined) return { type: "sleep", for: values.sleep };
  if (values.workflow !== undefined) {
    const { name, version, body } = values.workflow.values;
    return {
      type: "workflow",
      name: name as string,
      version: version ?? null,
      body: body ?? nullTemplate,
      compensate,
    };
  }
  return { type: "value", value: values.value as Template };
}

const nullTemplate: Template = { type: "literal", value: null };

function waitOf({ values }: WaitRead): WaitRule {
  return {
    for: waitForOf(values),
    schema: values.schema ?? null,
    timeoutMs: values.timeout ?? limits.duration_ms,
    onTimeout: values.on_timeout ?? "fail",
    show: values.show === undefined ? null : showOf(values.show.values),
  };
}

function waitForOf(values: WaitRead["values"]): WaitFor {
  const { signal, any, all, event } = values;
  if (event !== undefined) {
    return { type: "event", event, subject: values.subject ?? null, when: values.when ?? null };
  }
  if (signal !== undefined) return { type: "signals", mode: "any", names: [signal] };
  if (any !== undefined) return { type: "signals", mode: "any", names: any.map((entry) => entry.value) };
  if (all !== undefined) return { type: "signals", mode: "all", names: all.map((entry) => entry.value) };
  return { type: "callback" };
}

function showOf(values: Readonly<Record<string, Template | undefined>>): Template {
  const entries = Object.entries(values).filter(
    (entry): entry is [string, Template] => entry[1] !== undefined,
  );
  return { type: "object", entries };
}

function responseOf(
  read: ResponseRead | undefined,
  defaults: DefaultsRead | undefined,
  redirects = 0,
): ResponseRule {
  const values = read?.values;
  return {
    timeoutMs: values?.timeout ?? defaults?.values.timeout ?? responseDefaults.timeoutMs,
    schema: values?.schema ?? null,
    expect: (values?.expect ?? []).map((entry) => entry.value),
    parse: values?.parse ?? "auto",
    maxBytes: values?.max_bytes ?? responseDefaults.maxBytes,
    redirects,
    poll: values?.poll === undefined ? null : pollOf(values.poll.values),
    paginate: values?.paginate === undefined ? null : compilePaginate(values.paginate),
  };
}

function pollOf(values: NonNullable<ResponseRead["values"]["poll"]>["values"]): PollRule {
  return {
    while: values.while as Expression,
    everyMs: values.every ?? pollDefaults.everyMs,
    maxMs: values.max ?? pollDefaults.maxMs,
  };
}

function compensationOf({ values }: CompensateRead, defaults: DefaultsRead | undefined): Compensation {
  return {
    request: compileRequest(values.request as RequestRead, defaults),
    response: responseOf(values.response, defaults, values.request?.values.redirects),
    retry: compileCompensationRetry(values.retry),
    whenUnknown: values.when_unknown ?? false,
  };
}
