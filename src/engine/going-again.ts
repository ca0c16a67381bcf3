// Reruns: what they would do, and doing it; and undoing again, which may take nothing from a rerun.

import type { RerunPlan } from "../run/command.ts";
import type { TriggerData } from "../run/event.ts";
import type { Explanation } from "../run/explain.ts";
import type { NextAction } from "../run/next-action.ts";
import type { ItemsState, RunState } from "../run/state.ts";
import { isTerminal } from "../run/status.ts";
import { canonicalJson } from "../value/canonical-json.ts";
import { equalJson } from "../value/equal-json.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { entryAt } from "../value/persistent-list.ts";
import { DispatchedError } from "../value/problem.ts";
import { placeValue, spreadMembers, storedAt, withBodies } from "../value/stored-body.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import type { Definition, Definitions } from "./definitions.ts";
import type { RerunRequest, StartedRun } from "./engine-api.ts";
import { hex } from "./hex.ts";
import { InTurn } from "./in-turn.ts";
import type { EnginePorts } from "./ports.ts";
import { planRerun } from "./rerun.ts";
import type { RunReader } from "./run-reader.ts";
import type { Runs } from "./runs.ts";
import { findHolders, type InUse, originsOf } from "./shared-outcomes.ts";
import { judgeBody, type NewRun, type RunStarter } from "./start-run.ts";

export class GoingAgain {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #runs: Runs;
  readonly #reader: RunReader;
  readonly #starter: RunStarter;
  /** Two runs that would take over one outcome do not look for each other at the same time. */
  readonly #turns = new InTurn();

  constructor(
    ports: EnginePorts,
    definitions: Definitions,
    runs: Runs,
    reader: RunReader,
    starter: RunStarter,
  ) {
    this.#ports = ports;
    this.#definitions = definitions;
    this.#runs = runs;
    this.#reader = reader;
    this.#starter = starter;
  }

  /**
   * @param startKey of what is to be done once, however often it is asked for; null for that of the request, and without
   * one for a new run each time
   * Errors: those of `plan`, `idempotency_conflict`. A repeat is answered whatever has become of `run` meanwhile.
   */
  async rerun(
    tenant: TenantId,
    run: RunId,
    request: RerunRequest,
    startKey: Uint8Array | null = null,
  ): Promise<StartedRun> {
    const key = startKey ?? this.#startKeyOf(tenant, run, request);
    const asked = key === null ? null : this.#askedBy(tenant, request);
    /** The run that was made under this key; of a repeat it is the answer. */
    const look = async () => {
      const made = key === null ? null : await this.#ports.store.readRunByStartKey(tenant, key);
      const isRepeat =
        made !== null && (startKey !== null || (await this.#askedFor(tenant, made.run)) === asked);
      return { made, answer: isRepeat ? { run: made.run, repeated: true } : null };
    };
    const before = await look();
    if (before.answer !== null) return before.answer;
    if (before.made === null) this.#runs.checkRoom();
    const found = await this.#ended(tenant, run);
    const { trigger: old } = found.state.created;
    return this.#inTurn(tenant, found.state, async () => {
      const { made, answer } = await look();
      if (answer !== null) return answer;
      const { lastSeq } = await this.#reader.row(tenant, run);
      // It may have been asked to undo again meanwhile.
      const ended = lastSeq === found.state.seq ? found : await this.#ended(tenant, run);
      const { after, plan } = await this.#planOf(tenant, ended, request, made?.createdAt ?? null);
      const trigger = request.body === undefined ? old : withBody(old, request.body);
      const start = { definition: after, trigger, id: null, startKey: key, rerun: { ...plan, asked } };
      const started = await this.#starter.start(tenant, start);
      if (started.repeated && startKey === null) await this.#checkSame(tenant, started.run, start);
      return started;
    });
  }

  /** Undoes again what was not undone. Errors: `outcome_in_use`, `run_not_ended`, `nothing_to_compensate`. */
  async compensate(tenant: TenantId, run: RunId): Promise<void> {
    const { state } = await this.#reader.load(tenant, run);
    await this.#inTurn(tenant, state, async () => {
      const inUse = await this.#inUse(tenant, run);
      if (inUse !== null) {
        const hint = inUse.completed ? {} : { hint: `cancel ${inUse.run}: it undoes what it took over` };
        throw new DispatchedError("outcome_in_use", inUseMessage(inUse), {
          ...hint,
          extra: { run: inUse.run },
        });
      }
      await this.#runs.send(tenant, run, { type: "compensate", again: true }, true);
    });
  }

  /** The verdict on a run. What another run stands on is not to be undone. Errors: `run_not_found`, `run_quarantined`. */
  async explain(tenant: TenantId, run: RunId): Promise<Explanation> {
    const told = await this.#reader.explain(tenant, run);
    if (told.next.action !== "compensate") return told;
    const inUse = await this.#inUse(tenant, run);
    if (inUse === null) return told;
    const note = inUse.completed ? null : `to undo it, cancel ${inUse.run}: it undoes what it took over`;
    return withNext(told, told.next, {
      action: "none",
      text: `nothing is to be undone here: ${inUseMessage(inUse)}`,
      note,
    });
  }

  /** Of a run of which something may be undone again. */
  async #inUse(tenant: TenantId, run: RunId): Promise<InUse | null> {
    const { state } = await this.#reader.load(tenant, run);
    if (state.compensation !== "partial" || state.reopened) return null;
    const { created } = state;
    const { workflow } = await this.#definitions.find(tenant, created.workflow, created.version);
    const asked = { workflow, state, before: null };
    return (await findHolders(this.#ports, this.#definitions, this.#reader, tenant, asked)).inUse();
  }

  #inTurn<Result>(tenant: TenantId, state: RunState, act: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(
      originsOf(state).map((origin) => `${tenant}/${origin}`),
      act,
    );
  }

  /** No key has a line feed: that of a start by the name of a workflow is never the same. */
  #startKeyOf(tenant: TenantId, run: RunId, { idempotencyKey = null }: RerunRequest): Uint8Array | null {
    if (idempotencyKey === null) return null;
    return this.#ports.vault.hash(tenant, "start", `rerun\n${run}\n${idempotencyKey}`);
  }

  #askedBy(tenant: TenantId, { from, version, body }: RerunRequest): string {
    const asked = { from: [...from].sort(), version, ...(body === undefined ? {} : { body }) };
    return hex(this.#ports.vault.hash(tenant, "start", `asked\n${canonicalJson(asked)}`));
  }

  /** By which request it was made: so much can be told without the run that it goes again from. */
  async #askedFor(tenant: TenantId, made: RunId): Promise<string | undefined> {
    return (await this.#reader.load(tenant, made)).state.created.rerunAsked;
  }

  /** A key stands for one request: the same steps of the same run again, by the same version and with the same input. */
  async #checkSame(
    tenant: TenantId,
    run: RunId,
    { definition, trigger, rerun }: Pick<NewRun, "definition" | "trigger"> & { readonly rerun: RerunPlan },
  ): Promise<void> {
    const { state } = await this.#reader.load(tenant, run);
    const { created } = state;
    const sameVersion = created.version === definition.workflow.version;
    const sameBody = await withBodies(() => equalJson(created.trigger.body, trigger.body));
    if (sameVersion && sameBody && carriedIn(state).join() === carriedBy(rerun).join()) return;
    const message = `this idempotency key made ${run} with another request`;
    throw new DispatchedError("idempotency_conflict", message, { extra: { run } });
  }

  /** What a rerun would do, with everything judged that it judges; nothing is done. Errors: those of `rerun`. */
  async plan(tenant: TenantId, run: RunId, request: RerunRequest) {
    return this.#planOf(tenant, await this.#ended(tenant, run), request, null);
  }

  /** A run that may go again. Errors: `run_not_ended`, `run_is_child`. */
  async #ended(tenant: TenantId, run: RunId): Promise<Ended> {
    const { state } = await this.#reader.load(tenant, run);
    const { created } = state;
    if (state.reopened) {
      throw new DispatchedError("run_not_ended", `${run} is being undone`, {
        hint: "wait until its compensation has ended",
      });
    }
    if (!isTerminal(state.status)) {
      throw new DispatchedError("run_not_ended", `${run} has not ended`, { hint: "cancel it first" });
    }
    if (created.parent !== undefined) {
      const message = `${run} is a child of ${created.parent.run}`;
      throw new DispatchedError("run_is_child", message, { hint: "rerun its root" });
    }
    const before = await this.#definitions.find(tenant, created.workflow, created.version);
    return { before, state };
  }

  /** @param made when the run was made that the request is answered with; null when there is none */
  async #planOf(tenant: TenantId, ended: Ended, request: RerunRequest, made: number | null) {
    const { before } = ended;
    const { created, ending } = ended.state;
    // Its schedule could not make the input: a rerun would take null for it.
    if (request.body === undefined && created.trigger.type === "cron" && ending?.cause.type === "trigger") {
      const hint = `give what the trigger was to bring: dispatched runs rerun ${created.run} --body @body.json`;
      throw new DispatchedError("rerun_body_needed", `${created.run} never had an input`, { hint });
    }
    const version = request.version ?? created.version;
    const after = await this.#definitions.find(tenant, created.workflow, version);
    const { body } = request;
    const edited = body !== undefined && !(await withBodies(() => equalJson(body, created.trigger.body)));
    const asked = { workflow: before.workflow, state: ended.state, before: made };
    const holders = await findHolders(this.#ports, this.#definitions, this.#reader, tenant, asked);
    const state = holders.state();
    const plan = planRerun(before.workflow, state, after.workflow, request.from, edited);
    if (made === null) holders.check(after.workflow, plan);
    if (request.body !== undefined && plan.readsCarried) {
      const message =
        "the input can be changed only when no step that runs again comes after one whose outcome is carried";
      throw new DispatchedError("rerun_body_not_allowed", message, { hint: "rerun from the first steps" });
    }
    if (request.body !== undefined && created.trigger.type === "http") judgeBody(after, request.body);
    return { before, after, plan, state };
  }
}

/** What was to be done of the run was told of its children, too. */
function withNext(told: Explanation, before: NextAction, next: NextAction): Explanation {
  if (told.next !== before) return told;
  return told.inner === undefined
    ? { ...told, next }
    : { ...told, next, inner: withNext(told.inner, before, next) };
}

function inUseMessage({ run, step, completed }: InUse): string {
  return `${run} took over what ${step} did, and ${completed ? "completed with it" : "has not ended"}`;
}

interface Ended {
  readonly before: Definition;
  readonly state: RunState;
}

/** `step` and `step[item]` by number, for each outcome that a plan takes over. */
function carriedBy({ carried }: RerunPlan): readonly string[] {
  const names = carried.flatMap(({ step, whole, strategy }) => [
    ...(whole === null ? [] : [`${step}`]),
    ...(strategy?.items ?? []).map(({ item }) => `${step}[${item}]`),
  ]);
  return names.sort();
}

/** The same of a run that was made by one. */
function carriedIn({ steps }: RunState): readonly string[] {
  const names: string[] = [];
  for (const [step, { carriedFrom, items }] of steps.entries()) {
    if (carriedFrom !== null) names.push(`${step}`);
    for (let item = 0; item < (items?.count ?? 0); item++) {
      const task = entryAt((items as ItemsState).tasks, item);
      if (task !== undefined && task.carriedFrom !== null) names.push(`${step}[${item}]`);
    }
  }
  return names.sort();
}

/** `raw_body` is what the new body would have come as. */
function withBody(trigger: TriggerData, body: Json): TriggerData {
  const edited = spreadMembers({}, trigger);
  const isRaw = storedAt(trigger, "rawBody") !== null || trigger.rawBody !== null;
  placeValue(edited, "body", body);
  placeValue(edited, "rawBody", isRaw ? stringifyJson(body) : null);
  return edited;
}
