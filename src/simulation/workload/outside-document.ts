// What a generated workflow has to do with the outside world, as its document says it.

import { cutOrOrder } from "./cut-text.ts";
import { itemFields, scalarRef, scriptDocument } from "./language-document.ts";
import type { StepModel, WorkflowModel } from "./model.ts";
import {
  type ConcurrencyModel,
  type EventWhenModel,
  errsFrom,
  hookSecret,
  type RespondModel,
  uncut,
  type WaitModel,
} from "./outside-model.ts";

/** Fields of the whole workflow. */
export function workflowOutside({ concurrency }: WorkflowModel): object {
  return { ...(concurrency === null ? {} : { concurrency: concurrencyDocument(concurrency) }) };
}

const tickInput = {
  list: [
    { id: "i0", n: 3 },
    { id: "i1", n: 8 },
  ],
  wake: "{{ trigger.scheduled_at }}",
};

export function triggersOf(model: WorkflowModel): readonly unknown[] {
  const { event, cron } = model;
  const found: unknown[] = [httpTrigger(model)];
  if (event !== null) {
    const when = event.above === null ? {} : { when: aboveOf("trigger.body", event.above, event) };
    found.push({ type: "event", event: event.event, ...when });
  }
  if (cron !== null) {
    const { everySeconds, hours, catchUp, jitterSeconds, timezone, odd } = cron;
    const cannot = odd ? { odd: "of {{ trigger.body.nothing }}" } : {};
    const body = {
      ...cannot,
      order: "{{ trigger.scheduled_at }}",
      n: 5,
      red: true,
      green: false,
      ...tickInput,
    };
    const jitter = jitterSeconds === 0 ? {} : { jitter: `${jitterSeconds}s` };
    const schedule = `*/${everySeconds} * ${hours?.join(",") ?? "*"} * * *`;
    found.push({ type: "cron", schedule, body, catch_up: catchUp, timezone, ...jitter });
  }
  return found;
}

function httpTrigger({ steps, respond, syncTimeoutMs, verify }: WorkflowModel): unknown {
  const step = steps.find(({ id }) => id === respond?.step);
  return {
    type: "http",
    schema: "order",
    ...(verify ? { verify: { type: "github", secret: hookSecret } } : {}),
    ...(respond === null || step === undefined ? {} : { respond: respondDocument(respond, step) }),
    ...(syncTimeoutMs === null ? {} : { sync_timeout: `${syncTimeoutMs}ms` }),
  };
}

function respondDocument({ status, after, form, lang, header }: RespondModel, step: StepModel): unknown {
  const id = scalarRef(step);
  const ref = lang === "path" ? id : scriptDocument({ type: "step", step: step.id, lang }, null);
  const object = { order: "{{ trigger.body.order }}", status: `{{ steps.${step.id}.status }}`, ref };
  return {
    status,
    ...(after === null ? {} : { after }),
    headers: { "X-Order": "{{ trigger.body.order }}", ...(header ? { "X-Ref": id } : {}) },
    body: form === "text" ? `got ${id}` : object,
  };
}

function concurrencyDocument({ key, limit, onLimit }: ConcurrencyModel): unknown {
  const text = key === "cut" ? `trigger.body.cut ?? "${uncut}"` : `trigger.body.${key}`;
  return { ...(key === null ? {} : { key: `{{ ${text} }}` }), limit, on_limit: onLimit };
}

/** The child's order is unique where its parent's is; the children of items have short lists, so that trees stay small. */
export function childDocument({ id, child, childVersion, strategy }: StepModel): unknown {
  const names = ["n", "red", "green", "list", "wake", "cut"];
  const same = Object.fromEntries(names.map((name) => [name, `{{ trigger.body.${name} }}`]));
  const order = `{{ trigger.body.order }}.${id}`;
  const own = { name: child, ...(childVersion === null ? {} : { version: childVersion }) };
  if (strategy === null) return { ...own, body: { order, ...same } };
  const list = [{ id: "i{{ index }}", n: "{{ index }}" }];
  return {
    ...own,
    body: { ...same, order: `${order}.{{ index }}`, list, ...itemFields(strategy) },
  };
}

export function waitDocument({ for: wanted, schema, timeoutMs, onTimeout }: WaitModel): unknown {
  return {
    ...wantedDocument(wanted),
    ...(schema ? { schema: "answer" } : {}),
    timeout: `${timeoutMs}ms`,
    on_timeout: onTimeout,
    ...(wanted.type === "callback" ? { show: { title: "order {{ trigger.body.order }}" } } : {}),
  };
}

const subjects = { order: "{{ trigger.body.order }}", cut: cutOrOrder } as const;

function wantedDocument(wanted: WaitModel["for"]): object {
  switch (wanted.type) {
    case "callback":
      return {};
    case "event":
      return {
        event: wanted.event,
        ...(wanted.subject === null ? {} : { subject: subjects[wanted.subject] }),
        ...(wanted.when === null ? {} : { when: whenOf(wanted.when) }),
      };
    default: {
      const [first, ...others] = wanted.names;
      return others.length === 0 ? { signal: first } : { [wanted.type]: wanted.names };
    }
  }
}

function whenOf({ lang, above, errs }: EventWhenModel): unknown {
  if (lang === "jsonpath") return { expr: "$.event.data.sure", lang };
  return aboveOf("event.data", above, { lang, errs });
}

/** Whether the `n` of `data` is above a limit. */
function aboveOf(data: string, above: number, { lang, errs }: Pick<EventWhenModel, "lang" | "errs">): string {
  const lua = lang === "lua";
  const n = lua ? `(${data}.n or 0)` : `(${data}.n ?? 0)`;
  // A text is no truth, and Lua finds no member in what is not there.
  const sure = errs ? ` and (${n} < ${errsFrom} or ${lua ? `${data}.none.n` : '"odd"'})` : "";
  return `${lua ? "return " : ""}${n} > ${above}${sure}`;
}
