// The run that an event starts by one trigger.

import { evaluateCondition } from "../language/evaluate-condition.ts";
import type { EventTrigger } from "../language/workflow.ts";
import type { TriggerData } from "../run/event.ts";
import type { TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Definition } from "./definitions.ts";
import { evaluateOutside } from "./evaluate-outside.ts";
import type { OpenedIncoming } from "./incoming.ts";
import type { EnginePorts } from "./ports.ts";
import type { TriggerOutcome } from "./start-by-schedule.ts";
import { isRefusal, type NewRun, type RunStarter } from "./start-run.ts";

export interface EventStart extends OpenedIncoming, Pick<NewRun, "hosts" | "item"> {
  readonly tenant: TenantId;
  readonly definition: Definition;
  /** Of the trigger among those of the document. */
  readonly place: number;
}

/** Said of an event for which the trigger's `when` is not true. */
export const notWanted = "event_not_wanted";

/** As `startBySchedule`. */
export async function startByEvent(
  ports: EnginePorts,
  starter: RunStarter,
  { tenant, definition, place, key, event, hosts, item }: EventStart,
  isStopped: () => boolean,
): Promise<TriggerOutcome> {
  const { vault, sandbox, clock, log } = ports;
  const { when } = definition.workflow.triggers[place] as EventTrigger;
  const trigger = triggerOf(event);
  if (when !== null) {
    const context = { trigger: { type: "event", body: trigger.body, event: trigger.event ?? null } };
    const judged = await evaluateOutside(sandbox, tenant, context, clock.now(), (scope) =>
      evaluateCondition(when, scope),
    );
    // What is stopped meanwhile starts nothing: the next start of the engine does.
    if (isStopped()) throw stopping();
    if (!judged.ok) log.write("warn", "event.condition_failed", { code: judged.problem.code });
    if (!judged.ok || !judged.value) return { type: "refused", code: notWanted };
  }
  const startKey = vault.hash(tenant, "start", `${definition.workflow.name}\nevent\n${place}\n${key}`);
  try {
    const start = { definition, trigger, id: null, startKey, hosts, item };
    const { run, repeated } = await starter.start(tenant, start);
    return { type: "started", run, settled: !repeated };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.write("warn", "event.not_started", { code: error.code });
    return { type: "refused", code: error.code };
  }
}

export function stopping(): DispatchedError {
  return new DispatchedError("shutting_down", "the engine takes no work now", { retryable: true });
}

function triggerOf({ data, ...event }: JsonObject): TriggerData {
  const body: Json = data ?? null;
  return { type: "event", method: "", headers: {}, query: {}, body, rawBody: null, event };
}
