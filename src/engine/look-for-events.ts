// Offers a wait the events that are stored for it, as far as it takes them.

import type { IncomingRow } from "../ports/store.ts";
import type { CommandBody, RejectionCode } from "../run/command.ts";
import type { EventEffect } from "../run/effect.ts";
import { offeredKeys } from "../run/offered-events.ts";
import { roomForEvents } from "../run/unjudged.ts";
import { DispatchedError } from "../value/problem.ts";
import type { ActiveRun } from "./active-run.ts";
import { hex } from "./hex.ts";
import { type OpenedIncoming, openIncoming } from "./incoming.ts";
import { openFresh } from "./open-fresh.ts";
import type { EnginePorts } from "./ports.ts";
import { sameBytes } from "./same-bytes.ts";
import { topicHash } from "./unit-extra.ts";

/** Events that are read together. */
const pageMax = 256;
/** Events of the last day count for a wait that begins. */
const incomingAgeMs = 86_400_000;
/** Events of its topic, from its time on, among which one is looked for again. */
const sameTimeMax = 64;

/** The wait has as many events to judge as it takes, and others are stored: they are looked for once it has judged some. */
export class WaitIsFull extends DispatchedError {
  constructor() {
    super("run_elsewhere", "the wait judges the events that it has first", { retryable: true });
  }
}

type LookPorts = Pick<EnginePorts, "vault" | "store" | "clock" | "log">;
type Receiver = Pick<ActiveRun, "identity" | "state" | "post">;

/**
 * Events that came since the run began, or in the last day, are offered to its wait; repeats are harmless. Errors:
 * `WaitIsFull`, `locked`, those of the store and of the run.
 */
export async function lookForEvents(ports: LookPorts, run: Receiver, effect: EventEffect): Promise<void> {
  const { tenant } = run.identity;
  const { vault, store, clock } = ports;
  checkRoom(run, effect);
  const topic = topicHash(vault, tenant, effect.event, effect.subject);
  const since = Math.max(effect.sinceMs, clock.now() - incomingAgeMs);
  const offered = new Set<string>();
  for (let from = since, limit = pageMax; ; ) {
    const rows = await store.listIncoming(tenant, topic, from, limit);
    const { state } = run;
    const awaited = state?.steps[effect.step]?.awaited ?? null;
    const known = new Set([...(state?.signalKeys ?? []), ...offeredKeys(awaited)]);
    const fresh = rows.filter(({ id }) => !offered.has(hex(id)) && !known.has(keyOf(effect, hex(id))));
    while (fresh.length > 0) {
      const some = fresh.splice(0, checkRoom(run, effect));
      for (const { id } of some) offered.add(hex(id));
      const opened = await Promise.all(some.map((row) => openEvent(ports, run, topic, row)));
      if (!(await offer(run, effect, opened))) return;
    }
    if (rows.length < limit) return;
    const last = rows.at(-1)?.receivedAt ?? from;
    // More than a page came in at the same time.
    if (last === from) limit *= 2;
    from = last;
  }
}

/** How many events the wait takes now: one at least. */
function checkRoom({ state }: Receiver, { step }: EventEffect): number {
  const room = state === null ? 0 : roomForEvents(state, step);
  if (room === 0) throw new WaitIsFull();
  return room;
}

interface Offer {
  readonly key: string;
  readonly event: OpenedIncoming["event"];
  readonly receivedAt: number;
}

/** Null for one that is damaged: the others are offered all the same. */
async function openEvent(
  { vault, store, log }: LookPorts,
  { identity: { tenant, id: run } }: Receiver,
  topic: Uint8Array,
  row: IncomingRow,
): Promise<Offer | null> {
  const again = async () => {
    const rows = await store.listIncoming(tenant, topic, row.receivedAt, sameTimeMax);
    return rows.find(({ id }) => sameBytes(id, row.id)) ?? null;
  };
  try {
    const opened = await openFresh(row, (one) => openIncoming(vault, one), again);
    return { ...opened, receivedAt: row.receivedAt };
  } catch (error) {
    if (!(error instanceof DispatchedError) || error.retryable) throw error;
    log.write("error", "event.unreadable", { run, reason: error.code });
    return null;
  }
}

/**
 * Resolves when what the wait makes of them is durable: false when it is over. All are open by then: nothing that was
 * posted is left behind unheard.
 */
async function offer(
  run: Receiver,
  effect: EventEffect,
  opened: readonly (Offer | null)[],
): Promise<boolean> {
  const { step, item } = effect;
  const decided = opened.map((one) => {
    if (one === null) return null;
    const { key, event, receivedAt } = one;
    const command: CommandBody = {
      type: "signal",
      name: effect.event,
      body: event,
      key: keyOf(effect, key),
      target: { step, item },
      receivedAt,
    };
    return new Promise<RejectionCode | null>((resolve, failed) => {
      run.post(command, { decided: resolve, failed });
    });
  });
  const rejections = await Promise.all(decided);
  // Another look filled it meanwhile.
  if (rejections.includes("too_many_signals")) throw new WaitIsFull();
  return rejections.every((rejection) => rejection === null);
}

/** An event that one wait passes over is still there for the others. */
function keyOf({ step }: EventEffect, key: string): string {
  return `${key}/${step}`;
}
