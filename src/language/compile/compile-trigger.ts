// A trigger as the engine runs it.

import type { StepGraph } from "../check/step-graph.ts";
import { type TriggerRead, triggerDefaults } from "../fields/trigger-fields.ts";
import { type VerifyRead, verifyDefaults } from "../fields/verify-fields.ts";
import type { Template } from "../template.ts";
import type { RespondRule, Trigger, VerifyRule } from "../workflow.ts";

type HttpRead = Extract<TriggerRead, { type: "http" }>["read"];
type RespondRead = NonNullable<HttpRead["values"]["respond"]>;

const nullTemplate: Template = { type: "literal", value: null };

/** `trigger` has no problems. */
export function compileTrigger(trigger: TriggerRead, graph: StepGraph): Trigger {
  switch (trigger.type) {
    case "http": {
      const { schema, verify, respond, sync_timeout } = trigger.read.values;
      return {
        type: "http",
        schema: schema ?? null,
        verify: verify === undefined ? null : verifyOf(verify),
        respond: respond === undefined ? null : respondOf(respond, graph),
        syncTimeoutMs: sync_timeout ?? triggerDefaults.syncTimeoutMs,
      };
    }
    case "cron": {
      const { schedule, timezone, body, catch_up, jitter } = trigger.read.values;
      return {
        type: "cron",
        schedule: schedule as string,
        timezone: timezone ?? "UTC",
        body: body ?? nullTemplate,
        catchUp: catch_up ?? "latest",
        jitterMs: jitter ?? 0,
      };
    }
    case "event":
      return {
        type: "event",
        event: trigger.read.values.event as string,
        when: trigger.read.values.when ?? null,
      };
  }
}

function respondOf({ values }: RespondRead, graph: StepGraph): RespondRule {
  return {
    status: values.status ?? triggerDefaults.respondStatus,
    headers: (values.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value]),
    body: values.body ?? nullTemplate,
    after: values.after === undefined ? null : (graph.numbers.get(values.after) ?? null),
  };
}

function verifyOf({ type, read }: VerifyRead): VerifyRule {
  if (type !== "hmac") {
    const tolerance = "tolerance" in read.values ? read.values.tolerance : undefined;
    const toleranceMs = (tolerance as number | undefined) ?? verifyDefaults.toleranceMs;
    return { type, secret: read.values.secret as string, toleranceMs };
  }
  const { header, secret, algorithm, encoding, prefix, timestamp } = read.values;
  return {
    type,
    header: header as string,
    secret: secret as string,
    algorithm: algorithm ?? verifyDefaults.algorithm,
    encoding: encoding ?? verifyDefaults.encoding,
    prefix: prefix ?? verifyDefaults.prefix,
    timestamp:
      timestamp === undefined
        ? null
        : {
            header: timestamp.values.header as string,
            toleranceMs: timestamp.values.tolerance ?? verifyDefaults.toleranceMs,
          },
  };
}
