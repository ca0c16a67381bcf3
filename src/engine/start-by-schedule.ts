// The run of one due time of a schedule.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { CronTrigger } from "../language/workflow.ts";
import type { TriggerData } from "../run/event.ts";
import { unsent } from "../run/failure.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Definition } from "./definitions.ts";
import { evaluateOutside } from "./evaluate-outside.ts";
import type { EnginePorts } from "./ports.ts";
import { isRefusal, type NewRun, type RunStarter } from "./start-run.ts";

export interface DueStart extends Pick<NewRun, "hosts" | "item"> {
  readonly tenant: TenantId;
  readonly definition: Definition;
  /** Of the trigger among those of the document. */
  readonly place: number;
  readonly dueAt: number;
}

/** What became of a trigger that asked for a run; `settled`: the item of the inbox that asked for it is. */
export type TriggerOutcome =
  | { readonly type: "started"; readonly run: RunId; readonly settled: boolean }
  | { readonly type: "refused"; readonly code: string };

/**
 * One run, however often it is asked for. Errors: `shutting_down` when `isStopped`, `sandbox_unavailable`, and what else may
 * go otherwise at the next try.
 */
export async function startBySchedule(
  ports: EnginePorts,
  starter: RunStarter,
  { tenant, definition, place, dueAt, hosts, item }: DueStart,
  isStopped: () => boolean,
): Promise<TriggerOutcome> {
  const cron = definition.workflow.triggers[place] as CronTrigger;
  const scheduledAt = new Date(dueAt).toISOString();
  const trigger: TriggerData = {
    type: "cron",
    method: "",
    headers: {},
    query: {},
    body: null,
    rawBody: null,
    scheduledAt,
  };
  const context = { trigger: { type: "cron", scheduled_at: scheduledAt, body: null, event: null } };
  const body = await evaluateOutside(ports.sandbox, tenant, context, ports.clock.now(), (scope) =>
    evaluateTemplate(cron.body, scope),
  );
  // What is stopped meanwhile starts nothing: the next start of the engine does.
  if (isStopped())
    throw new DispatchedError("shutting_down", "the engine takes no work now", { retryable: true });
  // A due time whose body cannot be made has its run all the same: it tells why, and is seen among the failures.
  const made = body.ok
    ? { trigger: { ...trigger, body: body.value } }
    : {
        trigger,
        failure: unsent("evaluation", body.problem.code, `the trigger's body: ${body.problem.message}`),
      };
  const { name } = definition.workflow;
  const startKey = ports.vault.hash(tenant, "start", `${name}\ncron\n${place}\n${scheduledAt}`);
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
    ports.log.write("warn", "schedule.not_started", { code: error.code, scheduledAt });
    return { type: "refused", code: error.code };
  }
}
