// What an append changes besides its run: whom it wakes, which events it waits for, whose place it takes or gives up.

import type { SlotChange } from "../ports/slot-change.ts";
import type { UnitExtra } from "../ports/store.ts";
import type { Vault } from "../ports/vault.ts";
import type { Effect } from "../run/effect.ts";
import type { RunEvent } from "../run/event.ts";
import type { RunState } from "../run/state.ts";
import { isTerminal } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Definition } from "./definitions.ts";

interface Changes {
  readonly events: readonly RunEvent[];
  readonly born: boolean;
  readonly attended: boolean;
  readonly wasEnded: boolean;
  /** The effects when the topics among them have changed, else null. */
  readonly topics: readonly Effect[] | null;
}

/** Null for almost every append. */
export function extraOf(
  vault: Vault,
  tenant: TenantId,
  definition: Definition,
  state: RunState,
  changes: Changes,
): UnitExtra | null {
  const pokes = pokesOf(state, changes);
  const slot = slotOf(vault, tenant, definition, state, changes);
  const topics = changes.topics === null ? null : topicsOf(vault, tenant, changes.topics);
  return pokes.length === 0 && slot === null && topics === null
    ? null
    : { pokes, slot, topics, live: null, item: null, keeps: [] };
}

/** Whose child has ended, or has undone what it could, must look. */
function pokesOf(state: RunState, { events, wasEnded }: Changes): readonly RunId[] {
  const { parent } = state.created;
  if (parent === undefined || !isTerminal(state.status)) return [];
  const undone = events.some((event) => event.type === "compensation.ended");
  return wasEnded && !undone ? [] : [parent.run as RunId];
}

function slotOf(
  vault: Vault,
  tenant: TenantId,
  { workflow, name }: Definition,
  state: RunState,
  changes: Changes,
): SlotChange | null {
  const { slotKey } = state.created;
  const { concurrency } = workflow;
  if (slotKey === undefined || concurrency === null) return null;
  const action = actionOf(state, changes);
  if (action === null) return null;
  // An attended run that asks itself takes its turn behind those before it.
  const passesAttended = !vault.isOpen(tenant) && (action === "release" || !changes.attended);
  const { limit } = concurrency;
  return { key: slotHash(vault, tenant, name, slotKey), limit, action, passesAttended };
}

/** One that is to end before it has begun needs no place: it never enters the line, or leaves it, whatever it has to undo. */
function actionOf(state: RunState, { events, born, wasEnded }: Changes): SlotChange["action"] | null {
  const first = events.find(({ type }) => type === "run.started" || type === "run.ending")?.type;
  const ends = isTerminal(state.status) && !wasEnded;
  if (first === "run.started") return ends ? "pass" : "take";
  if (born) return first === "run.ending" ? null : "queue";
  const leaves = first === "run.ending" && state.startedAt === null;
  return ends || leaves ? "release" : null;
}

export function slotHash(vault: Vault, tenant: TenantId, workflow: Uint8Array, key: string): Uint8Array {
  return vault.hash(tenant, "slot", `${[...workflow].join(".")}\n${key}`);
}

/** Names the waits for events among `effects`. */
export function topicsId(effects: readonly Effect[]): string {
  let id = "";
  for (const effect of effects) if (effect.type === "event") id += `${effect.id} `;
  return id;
}

function topicsOf(vault: Vault, tenant: TenantId, effects: readonly Effect[]): readonly Uint8Array[] {
  return effects.flatMap((effect) =>
    effect.type === "event" ? [topicHash(vault, tenant, effect.event, effect.subject)] : [],
  );
}

/** Keyed hash by which events find waits: of a type, with a subject or with any. */
export function topicHash(vault: Vault, tenant: TenantId, type: string, subject: string | null): Uint8Array {
  return vault.hash(tenant, "topic", subject === null ? `${type}\n*` : `${type}\n=${subject}`);
}
