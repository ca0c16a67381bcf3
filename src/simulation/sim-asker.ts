// How the callers of a world ask its engines: they wait for an answer, ask again after silence, and give up in the end.

import type { Engine } from "../engine/engine.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { SimNode, SimWorld } from "./sim-node.ts";
import type { RunSteered } from "./steered-seen.ts";

/** A caller that hears nothing for so long asks again. */
export const patienceMs = 6_000;
const pauseMs = 700;
const triesMax = 60;
/** Answers that are as they should be: what was asked for has ended already, or contradicts an earlier request. */
const expectedRefusals: ReadonlySet<string> = new Set([
  "run_ended",
  "run_not_found",
  "run_quarantined",
  "wait_over",
  "signal_unknown",
  "schema_mismatch",
  "idempotency_conflict",
  "version_conflict",
  "step_not_found",
  "rerun_items_not_allowed",
  "rerun_kind_changed",
  "rerun_body_not_allowed",
  "nothing_to_compensate",
  "outcome_in_use",
  "hook_unknown",
  "hook_not_found",
  "grant_not_found",
  "signature_invalid",
  "host_rule_not_found",
  "workflow_deleted",
  "precondition_failed",
  "too_many_signals",
  "inbox_full",
  "inbox_bytes_full",
]);

type Told<Result> =
  | "silence"
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly code: string; readonly retryable: boolean };

export type Asked<Result> =
  | { readonly type: "answered"; readonly result: Result }
  | { readonly type: "refused"; readonly code: string }
  /** Nobody answered: it may have been done all the same. */
  | { readonly type: "silent" };

export class SimAsker {
  readonly #world: SimWorld;
  readonly #node: () => SimNode | null;
  #open = 0;

  /** `node` gives one whose engine takes calls now, or null. */
  constructor(world: SimWorld, node: () => SimNode | null) {
    this.#world = world;
    this.#node = node;
  }

  /** A node whose engine takes calls now, or null. */
  pick(): SimNode | null {
    return this.#node();
  }

  /** How many are still waiting for something, or have something left to do. */
  get open(): number {
    return this.#open;
  }

  /**
   * `tenant`: who asks with a session, which opens the tenant where it is used; null for a sender without one. `tries`:
   * one for what must not be asked again, since it would be done twice.
   */
  async ask<Result>(
    tenant: TenantId | null,
    what: string,
    ask: (engine: Engine, now: number) => Promise<Result>,
    tries = triesMax,
  ): Promise<Asked<Result>> {
    const { record, sessions } = this.#world;
    this.#open++;
    try {
      for (let left = tries; left > 0; left--) {
        if (tenant !== null && !(await this.#isThere(tenant))) return { type: "silent" };
        if (left === tries) record.operations++;
        const picked = this.#node();
        const node = tenant === null ? picked : (sessions.homeOf(tenant) ?? picked);
        if (node !== null && tenant !== null) sessions.signIn(node, tenant);
        const answer = node?.engine == null ? "silence" : await this.#orSilence(ask(node.engine, node.now()));
        if (answer !== "silence" && answer.ok) return { type: "answered", result: answer.result };
        if (answer !== "silence" && !answer.retryable) {
          if (!expectedRefusals.has(answer.code)) record.operationsFailed++;
          record.answers.push({ type: "refused", what, code: answer.code });
          return { type: "refused", code: answer.code };
        }
        await this.sleep(pauseMs);
      }
      record.operationsFailed++;
      return { type: "silent" };
    } finally {
      this.#open--;
    }
  }

  /** Something of one run: what is answered is judged by its log. */
  async steer<Result>(
    tenant: TenantId | null,
    action: RunSteered["action"],
    run: RunId,
    ask: (engine: Engine) => Promise<Result>,
  ): Promise<Asked<Result>> {
    const { record } = this.#world;
    const beganOrder = record.nextOrder();
    const asked = await this.ask(tenant, action, ask);
    const code = asked.type === "refused" ? asked.code : null;
    if (asked.type !== "silent")
      record.runsSteered.push({ run, action, code, beganOrder, heardOrder: record.nextOrder() });
    return asked;
  }

  /** What was answered, or null. */
  async get<Result>(
    tenant: TenantId | null,
    what: string,
    ask: (engine: Engine, now: number) => Promise<Result>,
    tries = triesMax,
  ): Promise<Result | null> {
    const asked = await this.ask(tenant, what, ask, tries);
    return asked.type === "answered" ? asked.result : null;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.time.after(ms, resolve));
  }

  /** Later, and the world is not over before. */
  async later(ms: number, act: () => Promise<void>): Promise<void> {
    this.#open++;
    try {
      await this.sleep(ms);
      await act();
    } finally {
      this.#open--;
    }
  }

  /** Waits until the tenant's callers are there: false when they do not come back. */
  async #isThere(tenant: TenantId): Promise<boolean> {
    const { sessions, time } = this.#world;
    for (let until = sessions.awayUntil(tenant); until !== null; until = sessions.awayUntil(tenant)) {
      if (sessions.hasLeft(tenant)) return false;
      await this.sleep(until - time.now);
    }
    return true;
  }

  #orSilence<Result>(answer: Promise<Result>): Promise<Told<Result>> {
    return new Promise((resolve) => {
      this.#world.time.after(patienceMs, () => resolve("silence"));
      answer.then(
        (result) => resolve({ ok: true, result }),
        (error: unknown) => {
          if (!(error instanceof DispatchedError)) throw error;
          resolve({ ok: false, code: error.code, retryable: error.retryable });
        },
      );
    });
  }
}
