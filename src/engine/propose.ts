// What a turn makes of the letters of a run: the events that were decided, as the unit that makes them durable.

import type { Workflow } from "../language/workflow.ts";
import type { AppendUnit, BodyChunk, RunHead } from "../ports/store.ts";
import type { DataKey, KeptKey, Vault } from "../ports/vault.ts";
import { badEndOf, textOfBadEnd } from "../run/bad-end.ts";
import type { Command, RejectionCode } from "../run/command.ts";
import { decide } from "../run/decide.ts";
import { doingOf } from "../run/doing.ts";
import type { Effect } from "../run/effect.ts";
import type { RunCreated, RunEvent } from "../run/event.ts";
import type { Computed } from "../run/need.ts";
import { statusOf } from "../run/run-status.ts";
import type { RunState } from "../run/state.ts";
import { isTerminal } from "../run/status.ts";
import { isSpent } from "../run/turn.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Definition } from "./definitions.ts";
import { lockedRetryMs } from "./is-locked.ts";
import { type KeptRoot, keptRun } from "./kept-roots.ts";
import type { Letter } from "./letter.ts";
import { originHashes } from "./origin-hashes.ts";
import type { RunEffects } from "./run-effects.ts";
import type { RunErrands } from "./run-errands.ts";
import type { RunHost } from "./run-host.ts";
import { birthOf, sealBatch, wrapRunKey } from "./run-log.ts";
import { extraOf } from "./unit-extra.ts";

export interface RunIdentity {
  readonly tenant: TenantId;
  readonly id: RunId;
  readonly definition: Definition;
  readonly key: DataKey;
  /** For a run that is not stored yet. */
  readonly birth: {
    readonly kept: KeptKey;
    readonly startKey: Uint8Array | null;
    /** Number of the item of the inbox that starts it, or null. */
    readonly item: number | null;
  } | null;
  /** The engine alone cannot open it. */
  readonly attended: boolean;
  /** What it keeps when it begins, or is gone on with after its end. */
  readonly keeps: readonly KeptRoot[];
}

export interface Decided {
  readonly letters: readonly Letter[];
  /** Those behind them for which there was no room. */
  readonly left: readonly Letter[];
  /** One a letter: null for one that was obeyed. */
  readonly rejections: readonly (RejectionCode | null)[];
  readonly events: readonly RunEvent[];
  /** After the events; null when there was no run, and there is none. */
  readonly state: RunState | null;
}

/** Decides the letters one after the other, as far as there is room. Throws when the run cannot be decided any more. */
export function decideAll(
  workflow: Workflow,
  before: RunState | null,
  all: readonly Letter[],
  { now, computed }: { readonly now: number; readonly computed: Computed },
): Decided {
  const events: RunEvent[] = [];
  const rejections: (RejectionCode | null)[] = [];
  let state = before;
  let spent = 0;
  for (const letter of all) {
    if (isSpent({ spent })) break;
    const command: Command = { now, computed, ...letter.command };
    const decision = decide(workflow, state, command);
    rejections.push(decision.type === "rejected" ? decision.code : null);
    if (decision.type === "rejected") continue;
    events.push(...decision.events);
    state = decision.state;
    spent += decision.spent;
  }
  const [letters, left] = [all.slice(0, rejections.length), all.slice(rejections.length)];
  return { letters, left, rejections, events, state };
}

/** `topics` are the effects whose topics the store does not know yet. */
export function unitOf(
  host: RunHost,
  { tenant, id, definition, key, birth, attended, keeps }: RunIdentity,
  before: RunState | null,
  { events, state, chunks }: Pick<Decided, "events" | "state"> & { readonly chunks: readonly BodyChunk[] },
  { head, topics }: { readonly head: RunHead; readonly topics: readonly Effect[] | null },
): AppendUnit {
  const { vault } = host.ports;
  const expectedSeq = before?.seq ?? 0;
  const batch = sealBatch(vault, key, tenant, id, expectedSeq, events);
  const first = events[0] as RunEvent & RunCreated;
  const born =
    birth === null || expectedSeq > 0
      ? null
      : birthOf(
          vault,
          tenant,
          first,
          {
            key,
            kept: birth.kept,
            attended,
            workflow: definition.name,
            batch,
            origins: originHashes(vault, tenant, definition.workflow, events),
          },
          first.at,
          birth.startKey,
          definition.workflow.retentionMs,
        );
  const usual = extraOf(vault, tenant, definition, state as RunState, {
    events,
    born: born !== null,
    attended,
    wasEnded: before !== null && isTerminal(before.status),
    topics,
  });
  const goesOn = !isOver(state as RunState);
  const reopens = before !== null && isOver(before) && goesOn;
  const isRoot = state?.created.parent === undefined;
  const live = reopens && isRoot && !attended ? wrapRunKey(vault, tenant, id, key) : null;
  const item = born === null ? null : (birth?.item ?? null);
  const begins = goesOn && (born !== null || reopens);
  const more = { live, item, keeps: begins ? keeps.map((kept) => keptRun(vault, tenant, kept)) : [] };
  const extra =
    live === null && item === null && more.keeps.length === 0
      ? usual
      : { pokes: [], slot: null, topics: null, ...usual, ...more };
  const bodies = chunks.length === 0 ? {} : { chunks };
  return { tenant, run: id, fence: host.fence(), expectedSeq, birth: born, batch, head, extra, ...bodies };
}

/** The key of a run that is not stored yet, wrapped for the engine under the present epoch. */
export function wrapAnew(vault: Vault, identity: RunIdentity): RunIdentity {
  const { tenant, id, key, birth } = identity;
  if (birth === null || birth.kept.live === null) return identity;
  const kept = { ...birth.kept, live: wrapRunKey(vault, tenant, id, key) };
  return { ...identity, birth: { ...birth, kept } };
}

/** It has ended, and nothing of it is being undone. */
export function isOver(state: RunState): boolean {
  return isTerminal(state.status) && !state.reopened;
}

/** Keyed hash of what runs that failed alike have in common; null for one that goes on, or ended well. */
function failureOf(vault: Vault, tenant: TenantId, workflow: Workflow, state: RunState): Uint8Array | null {
  const badEnd = isOver(state) ? badEndOf(workflow, state) : null;
  return badEnd === null ? null : vault.hash(tenant, "failure", textOfBadEnd(workflow.name, badEnd));
}

/**
 * Held while the run is needed in memory within `parkAfterMs`. One that is attended, where its tenant is not open, is not
 * when all that it needs now is locked: another node may take it.
 */
export function headOf(
  { ports, options }: RunHost,
  { tenant, attended, definition: { workflow } }: RunIdentity,
  state: RunState,
  effects: readonly Effect[],
  here: { readonly calls: RunEffects; readonly errands: RunErrands },
): RunHead {
  const now = ports.clock.now();
  const mayGo = attended && !ports.vault.isOpen(tenant);
  const isLocked = ({ id }: Effect) => mayGo && (here.calls.isLocked(id) || here.errands.isLocked(id));
  const open = effects.filter((effect) => !isLocked(effect));
  let dueAt: number | null = open.length < effects.length ? now + lockedRetryMs : null;
  const heldUntil = dueAt === null ? now + options.parkAfterMs : now;
  for (const effect of open) {
    const at = neededAt(effect, now, here.errands);
    if (at !== null && (dueAt === null || at < dueAt)) dueAt = at;
  }
  const held = dueAt !== null && dueAt <= heldUntil;
  // One that is being undone may be poked: it counts as ended when that is over.
  const endedAt = state.reopened ? null : state.endedAt;
  const failure = failureOf(ports.vault, tenant, workflow, state);
  return { status: statusOf(state), dueAt, held, doing: doingOf(workflow, state), endedAt, failure };
}

/** When a node must have the run in memory: now while something is to be asked of the world. */
function neededAt(effect: Effect, now: number, errands: RunErrands): number | null {
  if (effect.type === "call") return effect.notBefore;
  if (effect.type === "wake") return effect.at;
  return errands.isDone(effect.id) ? null : now;
}
