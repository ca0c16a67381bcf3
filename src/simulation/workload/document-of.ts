// A generated workflow as the document that a tenant would put.

import { cutOrOrder } from "./cut-text.ts";
import {
  itemFields,
  pollDocument,
  scalarRef,
  scriptDocument,
  sleepDocument,
  strategyDocument,
  whenDocument,
  wholeRef,
} from "./language-document.ts";
import type { CompensateModel, RetryModel, SecretPlace, StepModel, WorkflowModel } from "./model.ts";
import { childDocument, triggersOf, waitDocument, workflowOutside } from "./outside-document.ts";
import { plainBodyDocument } from "./plain-bodies.ts";

const origin = "https://services.example";

/** JSON text: it is YAML too. */
export function documentOf(model: WorkflowModel, retentionMs: number | null): string {
  return JSON.stringify({
    name: model.name,
    version: model.version,
    ...(model.mode === "active-run" ? {} : { mode: model.mode }),
    triggers: triggersOf(model),
    schemas: {
      order: { type: "object", required: ["order"] },
      answer: { type: "object", required: ["id"], properties: { id: { type: "string", pattern: "^r" } } },
    },
    labels: { order: "{{ trigger.body.order }}", cut: cutOrOrder },
    defaults: {
      base_url: origin,
      headers: { "X-Shop": "one", "x-token": "none" },
      ...(model.defaultRetry === null ? {} : { retry: retryDocument(model.defaultRetry) }),
    },
    ...workflowOutside(model),
    steps: Object.fromEntries(model.steps.map((step) => [step.id, stepOf(model, step)])),
    ...outputOf(model),
    ...(retentionMs === null ? {} : { retention: `${retentionMs}ms` }),
    ...(model.timeoutMs === null ? {} : { timeout: `${model.timeoutMs}ms` }),
  });
}

function outputOf({ output }: WorkflowModel): object {
  if (output.type === "default") return {};
  if (output.type === "text") return { output: `got {{ steps.${output.step}.output.id }}` };
  return { output: { id: scriptDocument({ ...output, type: "step" }, null) } };
}

function stepOf(model: WorkflowModel, step: StepModel): unknown {
  const common = {
    ...(step.after.length === 0 ? {} : { after: step.after, join: step.join }),
    ...(step.when === null ? {} : { when: whenDocument(step.when, step.whenLang) }),
    on_error: step.onError,
    ...(step.strategy === null ? {} : { strategy: strategyDocument(step.strategy) }),
    ...(step.timeoutMs === null ? {} : { timeout: `${step.timeoutMs}ms` }),
  };
  if (step.sleep !== null) return { ...common, sleep: sleepDocument(step.sleep) };
  if (step.kind === "value") {
    const own = { id: "{{ trigger.body.order }}", n: "{{ trigger.body.n }}", cut: "{{ trigger.body.cut }}" };
    return { ...common, value: { ...own, ...drawnFields(model, step) } };
  }
  if (step.kind === "child") {
    const undo = step.compensate === null ? {} : { compensate: compensateOf(model, step, step.compensate) };
    return { ...common, workflow: childDocument(step), ...undo };
  }
  if (step.kind === "wait") return { ...common, ...waitOf(step) };
  return {
    ...common,
    request: requestOf(model, step),
    ...waitOf(step),
    response: {
      timeout: `${step.responseTimeoutMs}ms`,
      ...(step.expect.length === 0 ? {} : { expect: step.expect }),
      ...(step.schema ? { schema: "answer" } : {}),
      ...(step.parse === "auto" ? {} : { parse: step.parse }),
      ...(step.poll === null ? {} : { poll: pollDocument(step.id, step.poll) }),
    },
    on_crash: step.onCrash,
    ...(step.directives === null ? {} : { directives: step.directives }),
    ...(step.retry === null ? {} : { retry: retryDocument(step.retry) }),
    ...(step.compensate === null ? {} : { compensate: compensateOf(model, step, step.compensate) }),
  };
}

function waitOf({ wait }: StepModel): object {
  return wait === null ? {} : { wait: waitDocument(wait) };
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
      ...(step.strategy === null ? {} : { item: "{{ index }}" }),
      ...(query === null ? {} : { token: query }),
    },
    headers: {
      // Null takes the default's away; names are compared without regard to case.
      "X-Token": header === null ? null : `Token ${header}`,
      ...(step.wait === null ? {} : { "x-callback": "{{ callback.url }}" }),
      ...(step.refHeader ? { "x-ref": scalarRef(stepNamed(model, step.reads[0])) } : {}),
    },
    ...(bearer === null ? {} : { auth: { type: "bearer", token: bearer } }),
    ...(hasBody(step.method) ? bodyOf(model, step, at("body")) : {}),
  };
}

function stepNamed(model: WorkflowModel, id: string | undefined): StepModel {
  return model.steps.find((step) => step.id === id) as StepModel;
}

/** What a body or value reads of other steps, of its item, of the sandbox. */
function drawnFields(model: WorkflowModel, step: StepModel): object {
  return {
    refs: step.reads.map((id) => wholeRef(step, stepNamed(model, id))),
    ...(step.strategy === null ? {} : itemFields(step.strategy)),
    ...(step.tells === null ? {} : { told: toldOf(step.tells) }),
    ...(step.script === null ? {} : { x: scriptDocument(step.script, step.strategy) }),
  };
}

function toldOf(id: string): object {
  return {
    error: `{{ steps.${id}.error.code }}`,
    signal: `{{ steps.${id}.signal.name }}`,
    signals: `{{ steps.${id}.signals }}`,
  };
}

function bodyOf(model: WorkflowModel, step: StepModel, secret: string | null): object {
  if (step.sends === "text") return { text: "order {{ trigger.body.order }}, n {{ trigger.body.n }}" };
  if (step.sends !== "json") return plainBodyDocument(step.sends, secret);
  return {
    body: {
      order: "{{ trigger.body.order }}",
      cut: "{{ trigger.body.cut }}",
      ...drawnFields(model, step),
      note: "n={{ trigger.body.n }}",
      ...(secret === null ? {} : { token: secret }),
    },
  };
}

export function hasBody(method: string): boolean {
  return method !== "GET" && method !== "DELETE";
}

function compensateOf(model: WorkflowModel, step: StepModel, compensate: CompensateModel): unknown {
  const { whenUnknown, retry, poll } = compensate;
  return {
    request: {
      method: "POST",
      url: `/${model.name}/${step.id}/undo`,
      ...(step.strategy === null ? {} : { query: { item: "{{ index }}" } }),
      body: {
        undo: `{{ steps.${step.id}.response.body.id }}`,
        ...(step.strategy === null ? {} : itemFields(step.strategy)),
      },
    },
    ...(poll === null ? {} : { response: { poll: pollDocument(step.id, poll) } }),
    when_unknown: whenUnknown,
    ...(retry === null ? {} : { retry: retryDocument(retry) }),
  };
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
