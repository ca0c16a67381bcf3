// The run that an event starts by one trigger.

import { evaluateCondition } from "../language/evaluate-condition.ts";
import type { EvaluationProblem, EventTrigger } from "../language/workflow.ts";
import type { TriggerData } from "../run/event.ts";
import { unsent } from "../run/failure.ts";
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
  /** When the event came in; of one that waited in the inbox, when it came there. */
  readonly receivedAt: number;
}

/** Said of an event for which the trigger's `when` is not true. */
export const notWanted = "event_not_wanted";

/** Events for which `when` cannot be evaluated make one failed run a trigger and so long: a busy topic may have thousands. */
const failedEveryMs = 60_000;

/** As `startBySchedule`. */
export async function startByEvent(
  ports: EnginePorts,
  starter: RunStarter,
  start: EventStart,
  isStopped: () => boolean,
): Promise<TriggerOutcome> {
  const { tenant, definition, place, key, event } = start;
  const { sandbox, clock, log } = ports;
  const { when } = definition.workflow.triggers[place] as EventTrigger;
  const trigger = triggerOf(event);
  if (when !== null) {
    const context = { trigger: { type: "event", body: trigger.body, event: trigger.event ?? null } };
    const judged = await evaluateOutside(sandbox, tenant, context, clock.now(), (scope) =>
      evaluateCondition(when, scope),
    );
    // What is stopped meanwhile starts nothing: the next start of the engine does.
    if (isStopped()) throw stopping();
    if (!judged.ok) {
      log.write("warn", "event.condition_failed", { code: judged.problem.code });
      return startFailed(ports, starter, start, judged.problem);
    }
    if (!judged.value) return { type: "refused", code: notWanted };
  }
  return startOnce(ports, starter, start, { trigger, once: key });
}

/** Judged again after a crash, an event finds the run that tells of it, or of another one of its time. */
async function startFailed(
  ports: EnginePorts,
  starter: RunStarter,
  start: EventStart,
  { code, message }: EvaluationProblem,
): Promise<TriggerOutcome> {
  const time = Math.floor(start.receivedAt / failedEveryMs);
  const outcome = await startOnce(ports, starter, start, {
    trigger: triggerOf(start.event),
    failure: unsent("evaluation", code, `the trigger's \`when\`: ${message}`),
    once: `failed\n${start.definition.workflow.version}\n${time}`,
  });
  const isNew = outcome.type === "started" && outcome.settled;
  return isNew || outcome.type === "refused" ? outcome : { type: "refused", code };
}

async function startOnce(
  { vault, log }: EnginePorts,
  starter: RunStarter,
  { tenant, definition, place, hosts, item }: EventStart,
  { once, ...made }: Pick<NewRun, "trigger" | "failure"> & { readonly once: string },
): Promise<TriggerOutcome> {
  const startKey = vault.hash(tenant, "start", `${definition.workflow.name}\nevent\n${place}\n${once}`);
  try {
    const { run, repeated } = await starter.start(tenant, {
      definition,
      ...made,
      id: null,
      startKey,
      hosts,
      item,
    });
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
