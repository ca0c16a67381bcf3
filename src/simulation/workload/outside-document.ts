// What a generated workflow has to do with the outside world, as its document says it.

import type { StepModel, WorkflowModel } from "./model.ts";
import type { ConcurrencyModel, WaitModel } from "./outside-model.ts";

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

/** Triggers besides the one of type `http`. */
export function triggersOf({ event, cron }: WorkflowModel): readonly unknown[] {
  const found: unknown[] = [];
  if (event !== null) {
    const when = event.above === null ? {} : { when: `trigger.body.n > ${event.above}` };
    found.push({ type: "event", event: event.event, ...when });
  }
  if (cron !== null) {
    const { everySeconds, catchUp } = cron;
    const body = { order: "{{ trigger.scheduled_at }}", n: 5, red: true, green: false, ...tickInput };
    found.push({ type: "cron", schedule: `*/${everySeconds} * * * * *`, body, catch_up: catchUp });
  }
  return found;
}

function concurrencyDocument({ key, limit, onLimit }: ConcurrencyModel): unknown {
  return { ...(key === null ? {} : { key: `{{ trigger.body.${key} }}` }), limit, on_limit: onLimit };
}

/** The child's order is unique where its parent's is. */
export function childDocument({ id, child }: StepModel): unknown {
  const names = ["n", "red", "green", "list", "wake"];
  const same = names.map((name) => [name, `{{ trigger.body.${name} }}`]);
  const body = { order: `{{ trigger.body.order }}.${id}`, ...Object.fromEntries(same) };
  return { name: child, body };
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

function wantedDocument(wanted: WaitModel["for"]): object {
  switch (wanted.type) {
    case "callback":
      return {};
    case "event":
      return {
        event: wanted.event,
        ...(wanted.subject ? { subject: "{{ trigger.body.order }}" } : {}),
        ...(wanted.above === null ? {} : { when: `(event.data.n ?? 0) > ${wanted.above}` }),
      };
    default: {
      const [first, ...others] = wanted.names;
      return others.length === 0 ? { signal: first } : { [wanted.type]: wanted.names };
    }
  }
}
