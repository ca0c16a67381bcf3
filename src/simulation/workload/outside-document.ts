// What a generated workflow has to do with the outside world, as its document says it.

import type { WorkflowModel } from "./model.ts";
import type { ConcurrencyModel, WaitModel } from "./outside-model.ts";

/** Fields of the whole workflow. */
export function workflowOutside({ concurrency }: WorkflowModel): object {
  return { ...(concurrency === null ? {} : { concurrency: concurrencyDocument(concurrency) }) };
}

function concurrencyDocument({ key, limit, onLimit }: ConcurrencyModel): unknown {
  return { ...(key === null ? {} : { key: `{{ trigger.body.${key} }}` }), limit, on_limit: onLimit };
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
