// A generated workflow as the document that a tenant would put.

import type { RetryModel, SecretPlace, StepModel, WhenModel, WorkflowModel } from "./model.ts";

const origin = "https://services.example";

/** JSON text: it is YAML too. */
export function documentOf(model: WorkflowModel): string {
  return JSON.stringify({
    name: model.name,
    version: model.version,
    triggers: [{ type: "http", schema: "order" }],
    schemas: {
      order: { type: "object", required: ["order"] },
      answer: { type: "object", required: ["id"], properties: { id: { type: "string", pattern: "^r" } } },
    },
    labels: { order: "{{ trigger.body.order }}" },
    defaults: {
      base_url: origin,
      headers: { "X-Shop": "one", "x-token": "none" },
      ...(model.defaultRetry === null ? {} : { retry: retryDocument(model.defaultRetry) }),
    },
    steps: Object.fromEntries(model.steps.map((step) => [step.id, stepOf(model, step)])),
    ...(model.output.type === "text" ? { output: `got {{ steps.${model.output.step}.output.id }}` } : {}),
    ...(model.timeoutMs === null ? {} : { timeout: `${model.timeoutMs}ms` }),
  });
}

function stepOf(model: WorkflowModel, step: StepModel): unknown {
  const common = {
    ...(step.after.length === 0 ? {} : { after: step.after, join: step.join }),
    ...(step.when === null ? {} : { when: whenOf(step.when) }),
    on_error: step.onError,
  };
  if (step.kind === "value") {
    const value = { id: "{{ trigger.body.order }}", n: "{{ trigger.body.n }}", refs: step.reads.map(refOf) };
    return { ...common, value };
  }
  return {
    ...common,
    request: requestOf(model, step),
    response: {
      timeout: `${step.responseTimeoutMs}ms`,
      ...(step.expect.length === 0 ? {} : { expect: step.expect }),
      ...(step.schema ? { schema: "answer" } : {}),
      ...(step.parse === "auto" ? {} : { parse: step.parse }),
    },
    on_crash: step.onCrash,
    ...(step.timeoutMs === null ? {} : { timeout: `${step.timeoutMs}ms` }),
    ...(step.retry === null ? {} : { retry: retryDocument(step.retry) }),
    ...(step.compensate === null ? {} : { compensate: compensateOf(model, step) }),
  };
}

function requestOf(model: WorkflowModel, step: StepModel): unknown {
  const secret = step.secret === null ? null : `{{ secrets.${step.secret} }}`;
  const at = (place: SecretPlace) => (step.secretPlace === place ? secret : null);
  const header = at("header");
  const bearer = at("bearer");
  const query = at("query");
  return {
    method: step.method,
    url: `/${model.name}/${step.id}`,
    query: {
      order: "{{ trigger.body.order }}",
      missing: "{{ trigger.body.none }}",
      ...(query === null ? {} : { token: query }),
    },
    headers: {
      // Null takes the default's away; names are compared without regard to case.
      "X-Token": header === null ? null : `Token ${header}`,
      ...(step.refHeader ? { "x-ref": refOf(step.reads[0] ?? "") } : {}),
    },
    ...(bearer === null ? {} : { auth: { type: "bearer", token: bearer } }),
    ...(hasBody(step.method) ? bodyOf(step, at("body")) : {}),
  };
}

function bodyOf(step: StepModel, secret: string | null): object {
  if (step.sends === "text") return { text: "order {{ trigger.body.order }}, n {{ trigger.body.n }}" };
  return {
    body: {
      order: "{{ trigger.body.order }}",
      refs: step.reads.map(refOf),
      note: "n={{ trigger.body.n }}",
      ...(secret === null ? {} : { token: secret }),
    },
  };
}

export function hasBody(method: string): boolean {
  return method !== "GET" && method !== "DELETE";
}

function compensateOf(model: WorkflowModel, step: StepModel): unknown {
  const { compensate } = step;
  return {
    request: {
      method: "POST",
      url: `/${model.name}/${step.id}/undo`,
      body: { undo: `{{ steps.${step.id}.response.body.id }}` },
    },
    when_unknown: compensate?.whenUnknown,
    ...(compensate?.retry == null ? {} : { retry: retryDocument(compensate.retry) }),
  };
}

function refOf(id: string): string {
  return `{{ steps.${id}.output.id }}`;
}

function whenOf(when: WhenModel): string {
  if (when.type === "flag") return `trigger.body.${when.name} == true`;
  return `(steps.${when.step}.output.n ?? 0) > ${when.limit}`;
}

function retryDocument(retry: RetryModel): unknown {
  return {
    ...(retry.on === null ? {} : { on: retry.on.map((on) => (/^\d+$/.test(on) ? Number(on) : on)) }),
    max: retry.max,
    backoff: retry.backoff,
    delay: `${retry.delayMs}ms`,
    max_delay: `${retry.maxDelayMs}ms`,
    jitter: retry.jitter,
    ...(retry.maxElapsedMs === null ? {} : { max_elapsed: `${retry.maxElapsedMs}ms` }),
  };
}
