// What starts runs of a workflow by itself, as it is stored with the definition.

import type { CronTrigger, Workflow } from "../language/workflow.ts";
import type { TriggerRow } from "../ports/store.ts";
import type { Place, Vault } from "../ports/vault.ts";
import { jitterOf } from "../schedule/jitter-of.ts";
import { nextTime } from "../schedule/next-time.ts";
import { parseSchedule } from "../schedule/parse-schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { assert } from "../value/assert.ts";
import type { TenantId } from "../value/id.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";
import { hex } from "./hex.ts";
import { topicHash } from "./unit-extra.ts";

/** What a store keeps of a cron trigger in the clear. */
export interface StoredSchedule {
  readonly schedule: string;
  readonly timezone: string;
  readonly catchUp: "none" | "latest";
  readonly jitterMs: number;
}

/** As they stand when they are put at `now`: schedules begin with the first due time after it. */
export function triggersOf(
  vault: Vault,
  tenant: TenantId,
  workflow: Workflow,
  name: Uint8Array,
  now: number,
): readonly TriggerRow[] {
  const { version } = workflow;
  return workflow.triggers.flatMap((trigger, place): readonly TriggerRow[] => {
    if (trigger.type === "http") return [];
    const { key, kept } = vault.createKey(placeOf(tenant, name, version, `key/${place}`));
    const text = encodeJson({ workflow: workflow.name });
    const plain = vault.seal(key, placeOf(tenant, name, version, `sealed/${place}`), text);
    const row = { tenant, workflow: name, place, version, sealed: joinSealed(kept.key, plain) };
    if (trigger.type === "event") {
      const topic = topicHash(vault, tenant, trigger.event, null);
      return [{ ...row, kind: "event", topic, schedule: null, nextAt: null, scheduledAt: null, until: null }];
    }
    const stored = storedOf(trigger);
    const scheduledAt = nextTime(scheduleOf(stored), stored.timezone, now);
    const nextAt = scheduledAt === null ? null : startAt(name, place, stored, scheduledAt);
    const schedule = JSON.stringify(stored);
    return [{ ...row, kind: "cron", topic: null, schedule, nextAt, scheduledAt, until: null }];
  });
}

function storedOf({ schedule, timezone, catchUp, jitterMs }: CronTrigger): StoredSchedule {
  return { schedule, timezone, catchUp, jitterMs };
}

export function readStored(row: TriggerRow): StoredSchedule {
  assert(row.schedule !== null, "a cron trigger has a schedule");
  return JSON.parse(row.schedule) as StoredSchedule;
}

export function scheduleOf({ schedule }: StoredSchedule): Schedule {
  const parsed = parseSchedule(schedule);
  assert(parsed.ok, "a stored schedule was checked when it was put");
  return parsed.schedule;
}

/** When the run of a due time is started: the same whenever it is asked. */
export function startAt(workflow: Uint8Array, place: number, stored: StoredSchedule, dueAt: number): number {
  return dueAt + jitterOf(`${hex(workflow)}/${place}`, dueAt, stored.jitterMs);
}

/** The workflow's name. */
export function workflowOf(vault: Vault, row: TriggerRow): string {
  const { tenant, workflow, version, place } = row;
  const length = ((row.sealed[0] as number) << 8) | (row.sealed[1] as number);
  const kept = { key: row.sealed.subarray(2, 2 + length), live: null };
  const key = vault.unwrapKey(placeOf(tenant, workflow, version, `key/${place}`), kept);
  const sealedPlace = placeOf(tenant, workflow, version, `sealed/${place}`);
  const plain = decodeJson(vault.open(key, sealedPlace, row.sealed.subarray(2 + length)));
  return (plain as { readonly workflow: string }).workflow;
}

/** The wrapped key behind its length in two bytes, then what it seals. */
export function joinSealed(wrapped: Uint8Array, sealed: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 + wrapped.length + sealed.length);
  bytes[0] = wrapped.length >> 8;
  bytes[1] = wrapped.length & 0xff;
  bytes.set(wrapped, 2);
  bytes.set(sealed, 2 + wrapped.length);
  return bytes;
}

function placeOf(tenant: TenantId, workflow: Uint8Array, version: number, column: string): Place {
  return { tenant, table: "trigger", column, row: hex(workflow), version };
}
