// Runs the errands of runs: children started, ended and undone, events looked for, places asked for.

import type { ChildOutcome, CommandBody } from "../run/command.ts";
import type { ChildEffect, UndoChildEffect } from "../run/effect.ts";
import { taskAt } from "../run/place.ts";
import type { RunState } from "../run/state.ts";
import { isTerminal, type TerminalStatus } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { copyJson, withBodies } from "../value/stored-body.ts";
import type { ActiveRun } from "./active-run.ts";
import { currentState } from "./current-state.ts";
import type { Definitions } from "./definitions.ts";
import { isLocked, lockedRetryMs } from "./is-locked.ts";
import { lookForEvents, WaitIsFull } from "./look-for-events.ts";
import type { EnginePorts } from "./ports.ts";
import { runElsewhere } from "./run-elsewhere.ts";
import type { Errand } from "./run-errands.ts";
import type { Runs } from "./runs.ts";
import { isRefusal, type RunStarter } from "./start-run.ts";

const retryMs = 1_000;
/** What cannot be read, or was refused for good, is looked at ever more rarely. */
const finalRetryMaxMs = 300_000;
/** A wait judges some of its events meanwhile. */
const fullRetryMs = 100;

export class Errands {
  readonly #ports: EnginePorts;
  readonly #runs: Runs;
  readonly #definitions: Definitions;
  readonly #starter: RunStarter;
  /** Ids of children whose start is under way. */
  readonly #starting = new Set<string>();
  /** By run and errand: how often in a row it has failed for good. */
  readonly #failed = new WeakMap<ActiveRun, Map<string, number>>();

  constructor(ports: EnginePorts, runs: Runs, definitions: Definitions, starter: RunStarter) {
    this.#ports = ports;
    this.#runs = runs;
    this.#definitions = definitions;
    this.#starter = starter;
  }

  /** Tells when the errand has been run, or is locked; one that fails for now is tried again, for as long as it is wanted. */
  run(run: ActiveRun, errand: Errand, settled: (state: "done" | "locked") => void): void {
    const done = () => {
      this.#failed.get(run)?.delete(errand.id);
      settled("done");
    };
    this.#perform(run, errand).then(done, (error: unknown) => {
      if (isLocked(error)) settled("locked");
      const isFinal = error instanceof DispatchedError && !error.retryable && !isLocked(error);
      const delayMs = isFinal ? this.#failedFinally(run, errand, error) : pauseMs(error);
      // Only this try of it: one that was poked meanwhile has been begun again, and has its own end.
      this.#runs.timers.set(this.#ports.clock.now() + delayMs, () =>
        run.repeatErrands((one) => one === errand),
      );
    });
  }

  /** Told once; when it is tried again, in milliseconds. */
  #failedFinally(run: ActiveRun, { id }: Errand, { code }: DispatchedError): number {
    const failed = this.#failed.get(run) ?? new Map<string, number>();
    const before = failed.get(id) ?? 0;
    this.#failed.set(run, failed.set(id, before + 1));
    if (before === 0) {
      this.#ports.log.write("error", "errand.failed", { run: run.identity.id, reason: code });
    }
    return Math.min(retryMs * 4 ** before, finalRetryMaxMs);
  }

  #perform(run: ActiveRun, errand: Errand): Promise<void> {
    switch (errand.type) {
      case "child":
        return errand.cancel ? this.#cancelChild(run, errand) : this.#ensureChild(run, errand);
      case "undo_child":
        return this.#undoChild(run, errand);
      case "fetch":
        return run.fetch(errand.stored);
      case "event":
        return lookForEvents(this.#ports, run, errand);
      case "slot":
        return this.#starter.takePlace(run);
    }
  }

  /** The child is there: it is started, goes on, or has ended. */
  async #ensureChild(parent: ActiveRun, effect: ChildEffect): Promise<void> {
    const { tenant } = parent.identity;
    const child = effect.run as RunId;
    const state = await this.#stateOf(tenant, child);
    if (state !== null) {
      await this.#tellEnd(parent, effect, state);
      return;
    }
    if (!this.#isWanted(parent, effect)) return;
    // How that goes is not known yet: a parent that took it for done would leave memory, and miss that it failed.
    if (this.#starting.has(child)) throw beingStarted();
    this.#starting.add(child);
    try {
      await this.#startChild(parent, effect);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { code, message } = error;
      this.#tell(parent, effect, { type: "not_started", code, message });
      return;
    } finally {
      this.#starting.delete(child);
    }
    const started = await this.#stateOf(tenant, child);
    if (started !== null) await this.#tellEnd(parent, effect, started);
  }

  /**
   * A parent that ends starts no child any more, nor one that it has told to end already: whoever told it may have found
   * that it is not there. Nor does a parent that was read again meanwhile.
   */
  #isWanted(parent: ActiveRun, { run: child, step: number, item }: ChildEffect): boolean {
    const { state, identity } = parent;
    if (this.#runs.inMemory(identity.tenant, identity.id) !== parent) return false;
    const step = identity.definition.workflow.steps[number];
    if (state === null || state.ending !== null || step === undefined) return false;
    const task = taskAt(state, { step, item });
    return task.phase === "child" && task.child?.run === child && !task.child.cancelled;
  }

  async #startChild(parent: ActiveRun, effect: ChildEffect): Promise<void> {
    const { tenant, id } = parent.identity;
    const { workflow, version, order, step, item, depth } = effect;
    const definition = await this.#definitions.find(tenant, workflow, version);
    const body = await withBodies(() => copyJson(order.body));
    const traceId = parent.state?.created.traceId ?? "";
    const trigger = {
      type: "workflow",
      method: "",
      headers: { traceparent: `00-${traceId}-${"1".padStart(16, "0")}-01` },
      query: {},
      body,
      rawBody: null,
    } as const;
    await this.#starter.start(tenant, {
      definition,
      trigger,
      id: effect.run as RunId,
      startKey: null,
      hosts: parent.state?.created.hosts,
      parent: { run: id, root: parent.state?.created.parent?.root ?? id, step, item, depth },
    });
  }

  async #cancelChild(parent: ActiveRun, effect: ChildEffect): Promise<void> {
    const { tenant } = parent.identity;
    // Asked before the look at the store, which may be older than the end of the start.
    const starting = this.#starting.has(effect.run);
    const state = await this.#stateOf(tenant, effect.run as RunId);
    if (state === null && starting) {
      throw beingStarted();
    } else if (state === null) {
      // It never came to be, and nobody will start it now.
      const message = "the run ended before its child was started";
      this.#tell(parent, effect, { type: "not_started", code: "child_not_started", message });
    } else if (isTerminal(state.status)) {
      await this.#tellEnd(parent, effect, state);
    } else {
      // What completes by a service's word undoes nothing, nor do its children.
      const { compensates = true, completing = false } = parent.state ?? {};
      const compensate = compensates && !completing;
      await this.#runs.send(tenant, effect.run as RunId, { type: "cancel", compensate });
    }
  }

  async #tellEnd(parent: ActiveRun, effect: ChildEffect, state: RunState): Promise<void> {
    if (!isTerminal(state.status)) return;
    const status = state.status as TerminalStatus;
    const error = errorOf(state);
    // The parent gets a copy of its own: the child may be forgotten before it.
    const output = await withBodies(() => copyJson(state.result?.output ?? null));
    this.#tell(parent, effect, { type: "ended", status, output, error });
  }

  #tell(parent: ActiveRun, { run: child, step, item }: ChildEffect, outcome: ChildOutcome): void {
    parent.post({ type: "end_child", child, step, item, outcome }, null);
  }

  /** What the child could not undo on an occasion before is tried again. */
  async #undoChild(parent: ActiveRun, { run: child, step, item, seq }: UndoChildEffect): Promise<void> {
    const { tenant, id } = parent.identity;
    const by = `${id}/${seq}`;
    const state = await this.#stateOf(tenant, child as RunId);
    const undone = state?.compensation ?? null;
    const again = undone === "partial" && state?.undoneBy !== by;
    if (state === null || (undone !== null && !state.reopened && !again)) {
      const compensation = state === null ? "forgotten" : (undone ?? "none");
      const command: CommandBody = { type: "end_child_undo", child, step, item, compensation };
      parent.post(command, null);
      return;
    }
    if (!state.reopened) {
      await this.#runs.send(tenant, child as RunId, { type: "compensate", again, by }, true);
    }
    if (state.created.parent?.run !== parent.identity.id) {
      // Its end is told to the run that started it; this one, which took it over, must ask.
      throw runElsewhere("the child is being undone");
    }
  }

  async #stateOf(tenant: TenantId, run: RunId): Promise<RunState | null> {
    const row = await this.#ports.store.readRun(tenant, run);
    return row === null ? null : currentState(this.#ports, this.#runs, row);
  }
}

function pauseMs(error: unknown): number {
  if (isLocked(error)) return lockedRetryMs;
  return error instanceof WaitIsFull ? fullRetryMs : retryMs;
}

function beingStarted(): DispatchedError {
  return runElsewhere("the child is being started");
}

function errorOf(state: RunState): string | null {
  const cause = state.ending?.cause;
  if (cause === undefined) return null;
  return "failure" in cause ? cause.failure.message : cause.type;
}
