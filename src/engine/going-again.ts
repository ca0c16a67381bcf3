// Reruns: what they would do, and doing it.

import type { TriggerData } from "../run/event.ts";
import { isTerminal } from "../run/status.ts";
import { equalJson } from "../value/equal-json.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { placeValue, spreadMembers, storedAt, withBodies } from "../value/stored-body.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import type { Definitions } from "./definitions.ts";
import type { RerunRequest, StartedRun } from "./engine-api.ts";
import { planRerun } from "./rerun.ts";
import type { RunReader } from "./run-reader.ts";
import type { Runs } from "./runs.ts";
import { judgeBody, type RunStarter } from "./start-run.ts";

export class GoingAgain {
  readonly #definitions: Definitions;
  readonly #runs: Runs;
  readonly #reader: RunReader;
  readonly #starter: RunStarter;

  constructor(definitions: Definitions, runs: Runs, reader: RunReader, starter: RunStarter) {
    this.#definitions = definitions;
    this.#runs = runs;
    this.#reader = reader;
    this.#starter = starter;
  }

  /** @param startKey of what is to be done once, however often it is asked for; null for a new run each time */
  async rerun(
    tenant: TenantId,
    run: RunId,
    request: RerunRequest,
    startKey: Uint8Array | null = null,
  ): Promise<StartedRun> {
    this.#runs.checkRoom();
    const { after, plan, state } = await this.plan(tenant, run, request);
    const { trigger } = state.created;
    return this.#starter.start(tenant, {
      definition: after,
      trigger: request.body === undefined ? trigger : withBody(trigger, request.body),
      id: null,
      startKey,
      rerun: plan,
    });
  }

  /** What a rerun would do, with everything judged that it judges; nothing is done. Errors: those of `rerun`. */
  async plan(tenant: TenantId, run: RunId, request: RerunRequest) {
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
    const version = request.version ?? created.version;
    const after = await this.#definitions.find(tenant, created.workflow, version);
    const { body } = request;
    const edited = body !== undefined && !(await withBodies(() => equalJson(body, created.trigger.body)));
    const plan = planRerun(before.workflow, state, after.workflow, request.from, edited);
    if (request.body !== undefined && plan.readsCarried) {
      const message =
        "the input can be changed only when no step that runs again reads an outcome that is carried";
      throw new DispatchedError("rerun_body_not_allowed", message, { hint: "rerun from the first steps" });
    }
    if (request.body !== undefined && created.trigger.type === "http") judgeBody(after, request.body);
    return { before, after, plan, state };
  }
}

/** `raw_body` is what the new body would have come as. */
function withBody(trigger: TriggerData, body: Json): TriggerData {
  const edited = spreadMembers({}, trigger);
  const isRaw = storedAt(trigger, "rawBody") !== null || trigger.rawBody !== null;
  placeValue(edited, "body", body);
  placeValue(edited, "rawBody", isRaw ? stringifyJson(body) : null);
  return edited;
}
