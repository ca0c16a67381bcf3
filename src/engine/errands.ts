// Runs the errands of runs: children started, ended and undone, events looked for, places asked for.

import type { Store } from "../ports/store.ts";
import type { ChildOutcome, CommandBody } from "../run/command.ts";
import type { ChildEffect, EventEffect, UndoChildEffect } from "../run/effect.ts";
import type { RunState } from "../run/state.ts";
import { isTerminal, type TerminalStatus } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Definitions } from "./definitions.ts";
import { openIncoming } from "./incoming.ts";
import type { EnginePorts } from "./ports.ts";
import type { Errand } from "./run-errands.ts";
import { loadState, openRunKey } from "./run-log.ts";
import type { Runs } from "./runs.ts";
import type { RunStarter } from "./start-run.ts";
import { topicHash } from "./unit-extra.ts";

const retryMs = 1_000;
const incomingMax = 256;
/** Events of the last day count for a wait that begins. */
const incomingAgeMs = 86_400_000;

export class Errands {
  readonly #ports: EnginePorts;
  readonly #runs: Runs;
  readonly #definitions: Definitions;
  readonly #starter: RunStarter;

  constructor(ports: EnginePorts, runs: Runs, definitions: Definitions, starter: RunStarter) {
    this.#ports = ports;
    this.#runs = runs;
    this.#definitions = definitions;
    this.#starter = starter;
  }

  /** Calls `done` when the errand has been run; one that fails for now is tried again, for as long as it is wanted. */
  run(run: ActiveRun, errand: Errand, done: () => void): void {
    this.#perform(run, errand).then(done, (error: unknown) => {
      const final = error instanceof DispatchedError && !error.retryable;
      if (final)
        this.#ports.log.write("error", "errand.failed", { run: run.identity.id, reason: error.code });
      this.#runs.timers.set(this.#ports.clock.now() + retryMs, () =>
        run.repeatErrands((one) => one.id === errand.id),
      );
    });
  }

  #perform(run: ActiveRun, errand: Errand): Promise<void> {
    switch (errand.type) {
      case "child":
        return errand.cancel ? this.#cancelChild(run, errand) : this.#ensureChild(run, errand);
      case "undo_child":
        return this.#undoChild(run, errand);
      case "event":
        return this.#lookForEvents(run, errand);
      case "slot":
        run.post({ type: "start" }, null);
        return Promise.resolve();
    }
  }

  /** The child is there: it is started, goes on, or has ended. */
  async #ensureChild(parent: ActiveRun, effect: ChildEffect): Promise<void> {
    const { tenant } = parent.identity;
    const child = effect.run as RunId;
    const state = await this.#stateOf(tenant, child);
    if (state !== null) {
      this.#tellEnd(parent, effect, state);
      return;
    }
    try {
      await this.#startChild(parent, effect);
    } catch (error) {
      if (!(error instanceof DispatchedError) || error.retryable) throw error;
      const { code, message } = error;
      this.#tell(parent, effect, { type: "not_started", code, message });
      return;
    }
    const started = await this.#stateOf(tenant, child);
    if (started !== null) this.#tellEnd(parent, effect, started);
  }

  async #startChild(parent: ActiveRun, effect: ChildEffect): Promise<void> {
    const { tenant, id } = parent.identity;
    const { workflow, version, body, step, item, depth } = effect;
    const definition = await this.#definitions.find(tenant, workflow, version);
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
      parent: { run: id, root: parent.state?.created.parent?.root ?? id, step, item, depth },
    });
  }

  async #cancelChild(parent: ActiveRun, effect: ChildEffect): Promise<void> {
    const { tenant } = parent.identity;
    const state = await this.#stateOf(tenant, effect.run as RunId);
    if (state === null) {
      // It never came to be, and nobody will start it now.
      const message = "the run ended before its child was started";
      this.#tell(parent, effect, { type: "not_started", code: "child_not_started", message });
    } else if (isTerminal(state.status)) {
      this.#tellEnd(parent, effect, state);
    } else {
      const compensate = parent.state?.compensates ?? true;
      await this.#runs.send(tenant, effect.run as RunId, { type: "cancel", compensate });
    }
  }

  #tellEnd(parent: ActiveRun, effect: ChildEffect, state: RunState): void {
    if (!isTerminal(state.status)) return;
    const status = state.status as TerminalStatus;
    const error = errorOf(state);
    this.#tell(parent, effect, { type: "ended", status, output: state.output, error });
  }

  #tell(parent: ActiveRun, { run: child, step, item }: ChildEffect, outcome: ChildOutcome): void {
    parent.post({ type: "end_child", child, step, item, outcome }, null);
  }

  async #undoChild(parent: ActiveRun, { run: child, step, item }: UndoChildEffect): Promise<void> {
    const { tenant } = parent.identity;
    const state = await this.#stateOf(tenant, child as RunId);
    const undone = state?.compensation ?? null;
    if (state === null || (undone !== null && !state.reopened)) {
      const compensation = undone ?? "none";
      const command: CommandBody = { type: "end_child_undo", child, step, item, compensation };
      parent.post(command, null);
      return;
    }
    if (!state.reopened) {
      await this.#runs.send(tenant, child as RunId, { type: "compensate", again: false }, true);
    }
  }

  /** Events that came since the run began, or in the last day, are sent to its wait; repeats are harmless. */
  async #lookForEvents(run: ActiveRun, effect: EventEffect): Promise<void> {
    const { tenant } = run.identity;
    const { vault, store, clock } = this.#ports;
    const topic = topicHash(vault, tenant, effect.event, effect.subject);
    const since = Math.max(effect.sinceMs, clock.now() - incomingAgeMs);
    const found: Awaited<ReturnType<Store["listIncoming"]>> = await store.listIncoming(
      tenant,
      topic,
      since,
      incomingMax,
    );
    for (const row of found) {
      const { key, event } = openIncoming(vault, row);
      const { step, item } = effect;
      run.post({ type: "signal", name: effect.event, body: event, key, target: { step, item } }, null);
    }
  }

  async #stateOf(tenant: TenantId, run: RunId): Promise<RunState | null> {
    const active = this.#runs.inMemory(tenant, run)?.state;
    if (active !== undefined && active !== null) return active;
    const row = await this.#ports.store.readRun(tenant, run);
    return row === null ? null : loadState(this.#ports, row, openRunKey(this.#ports.vault, row));
  }
}

function errorOf(state: RunState): string | null {
  const cause = state.ending?.cause;
  if (cause === undefined) return null;
  return "failure" in cause ? cause.failure.message : cause.type;
}
