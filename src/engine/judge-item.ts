// Does what an item of the inbox asks for, now that its tenant is open.

import type { InboxOutcome, InboxRow } from "../ports/inbox-store.ts";
import { assert } from "../value/assert.ts";
import type { HookId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { currentState } from "./current-state.ts";
import type { Definition, Definitions } from "./definitions.ts";
import { type InboxBody, openItem } from "./inbox-item.ts";
import { judgeSignature, type SignedDelivery } from "./judge-signature.ts";
import type { EnginePorts } from "./ports.ts";
import type { Runs } from "./runs.ts";
import type { Secrets } from "./secrets.ts";
import type { Signals } from "./signals.ts";
import { startByEvent } from "./start-by-event.ts";
import { startBySchedule, type TriggerOutcome } from "./start-by-schedule.ts";
import { isRefusal, type RunStarter } from "./start-run.ts";
import type { Tenants } from "./tenants.ts";
import { verifyOf } from "./verify-of.ts";

const notSigned: SignedDelivery = { delivery: null, challenge: null };

type Judged = Pick<InboxOutcome, "state" | "run" | "reason">;
type BodyOf<Type extends InboxBody["type"]> = Extract<InboxBody, { readonly type: Type }>;

/** What judges items needs of the engine. */
export interface ItemHost {
  readonly ports: EnginePorts;
  readonly runs: Runs;
  readonly definitions: Definitions;
  readonly starter: RunStarter;
  readonly signals: Signals;
  readonly secrets: Secrets;
  readonly tenants: Tenants;
}

export class ItemJudge {
  readonly #host: ItemHost;
  readonly #isStopped: () => boolean;

  constructor(host: ItemHost, isStopped: () => boolean) {
    this.#host = host;
    this.#isStopped = isStopped;
  }

  /**
   * Null when the item is settled already: a run that it starts settles it. Errors: those that are gone at another try,
   * `locked` among them.
   */
  async judge(row: InboxRow): Promise<Judged | null> {
    try {
      return await this.#perform(row);
    } catch (error) {
      if (isRefusal(error)) return { state: "rejected", run: null, reason: error.code };
      if (error instanceof DispatchedError) throw error;
      // What cannot be judged must not hold up those behind it.
      this.#host.ports.log.write("error", "inbox.item_failed", { item: row.id });
      return { state: "rejected", run: null, reason: "internal" };
    }
  }

  #perform(row: InboxRow): Promise<Judged | null> {
    const body = openItem(this.#host.ports.vault, row);
    switch (body.type) {
      case "start":
        return this.#start(row, body);
      case "signal":
        return this.#signal(row, body);
      case "callback":
        return this.#callback(row, body);
      case "cancel":
        return this.#cancel(row, body);
      case "cron":
        return this.#cron(row, body);
      case "event":
        return this.#event(row, body);
    }
  }

  async #start(row: InboxRow, body: BodyOf<"start">): Promise<Judged | null> {
    const { starter } = this.#host;
    const definition = await this.#definitionOf(row, body.version);
    const { delivery, challenge } =
      row.hook === null ? notSigned : await this.#checkSignature(row, definition, body);
    // Its sender heard no answer that it takes for one, and asks again when it is told to.
    if (challenge !== null) throw challengeOnly();
    const { version, trigger, key } = body;
    const idempotencyKey = row.hook === null ? key : hookKey(row.hook, delivery, key);
    const start = { workflow: definition.workflow.name, version, trigger, idempotencyKey };
    const by = { item: row.no, keyDecides: delivery !== null };
    const { run, repeated } = await starter.byCaller(row.tenant, start, by);
    return repeated ? { state: "started", run, reason: null } : null;
  }

  /** Errors: `signature_invalid`, `secret_not_found`, `invalid_secret`. */
  async #checkSignature(
    row: InboxRow,
    { workflow }: Definition,
    { trigger }: BodyOf<"start">,
  ): Promise<SignedDelivery> {
    const { ports, secrets } = this.#host;
    const rule = verifyOf(workflow);
    if (rule === null) {
      const hook = row.hook === null ? null : await ports.store.hooks.read(row.tenant, row.hook);
      if (hook?.verify) throw unsigned(workflow.name);
      return notSigned;
    }
    const secret = await secrets.value(row.tenant, rule.secret);
    return judgeSignature(ports.vault, rule, secret, trigger, row.receivedAt);
  }

  async #signal(row: InboxRow, { run, name, body, key }: BodyOf<"signal">): Promise<Judged> {
    try {
      // Judged again after a crash, it is known by this key.
      await this.#host.signals.send(row.tenant, run, name, body, key ?? `inbox/${row.id}`);
    } catch (error) {
      return rejected(error, run);
    }
    return { state: "started", run, reason: null };
  }

  async #callback(row: InboxRow, { token, body, key }: BodyOf<"callback">): Promise<Judged> {
    const { signals } = this.#host;
    const run = signals.runOf(token);
    try {
      await signals.answer(token, body, key ?? `inbox/${row.id}`);
    } catch (error) {
      return rejected(error, run);
    }
    return { state: "started", run, reason: null };
  }

  async #cancel(row: InboxRow, { run, compensate }: BodyOf<"cancel">): Promise<Judged> {
    try {
      await this.#host.runs.send(row.tenant, run, { type: "cancel", compensate });
    } catch (error) {
      if (!isEnded(error) || (await this.#stateOf(row, run))?.status !== "cancelled")
        return rejected(error, run);
    }
    return { state: "started", run, reason: null };
  }

  async #cron(row: InboxRow, { dueAt }: BodyOf<"cron">): Promise<Judged | null> {
    const { ports, starter } = this.#host;
    const { version, place } = triggerOf(row);
    const definition = await this.#definitionOf(row, version);
    const due = { tenant: row.tenant, definition, place, dueAt, item: row.no };
    return outcomeOf(await startBySchedule(ports, starter, due, this.#isStopped));
  }

  async #event(row: InboxRow, { event, key }: BodyOf<"event">): Promise<Judged | null> {
    const { ports, starter } = this.#host;
    const { version, place } = triggerOf(row);
    const definition = await this.#definitionOf(row, version);
    const { tenant, receivedAt, no: item } = row;
    const start = { tenant, definition, place, receivedAt, key, event: event as JsonObject, item };
    return outcomeOf(await startByEvent(ports, starter, start, this.#isStopped));
  }

  #definitionOf({ tenant, workflow }: InboxRow, version: number | null): Promise<Definition> {
    assert(workflow !== null, "what starts a run names its workflow");
    return this.#host.definitions.findByHash(tenant, workflow, version);
  }

  async #stateOf({ tenant }: InboxRow, run: BodyOf<"signal">["run"]) {
    const { ports, runs } = this.#host;
    const stored = await ports.store.readRun(tenant, run);
    return stored === null ? null : currentState(ports, runs, stored);
  }
}

function triggerOf({ trigger }: InboxRow) {
  assert(trigger !== null, "a due time and an event name their trigger");
  return trigger;
}

function outcomeOf(outcome: TriggerOutcome): Judged | null {
  if (outcome.type === "refused") return { state: "rejected", run: null, reason: outcome.code };
  return outcome.settled ? null : { state: "started", run: outcome.run, reason: null };
}

function isEnded(error: unknown): boolean {
  return error instanceof DispatchedError && error.code === "run_ended";
}

/** Of what is for a run: that names it. Errors: those that are gone at another try. */
function rejected(error: unknown, run: Judged["run"]): Judged {
  if (!isRefusal(error)) throw error;
  return { state: "rejected", run, reason: error.code };
}

/**
 * The idempotency key of what comes by a hook: no caller, and no sender to another hook, can give the same, since no header
 * holds a newline.
 * @param delivery what the sender names and signs, which goes before its `Idempotency-Key`
 */
export function hookKey(hook: HookId, delivery: string | null, key: string | null): string | null {
  if (delivery !== null) return `delivery\n${hook}\n${delivery}`;
  return key === null ? null : `hook\n${hook}\n${key}`;
}

/** Of a sender's question whether the address is ours, where nothing can be answered any more. */
export function challengeOnly(): DispatchedError {
  return new DispatchedError("challenge_only", "it is a sender's challenge, which starts nothing", {
    hint: "while somebody is signed in, let the sender check the address again",
  });
}

export function unsigned(workflow: string): DispatchedError {
  const message = `${workflow} has no \`verify\` any more, and this hook takes only what is signed`;
  return new DispatchedError("signature_invalid", message, { hint: "make a new hook for it" });
}
