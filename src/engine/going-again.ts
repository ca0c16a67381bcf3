// Reruns, and actions on many runs at once.

import type { RunFilter } from "../ports/store.ts";
import type { TriggerData } from "../run/event.ts";
import { isTerminal } from "../run/status.ts";
import { equalJson } from "../value/equal-json.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import type { Definitions } from "./definitions.ts";
import type { BulkRequest, BulkResult, RerunRequest, StartedRun } from "./engine-api.ts";
import type { EnginePorts } from "./ports.ts";
import { planRerun } from "./rerun.ts";
import type { RunReader } from "./run-reader.ts";
import type { Runs } from "./runs.ts";
import { sideBySide } from "./side-by-side.ts";
import { judgeBody, type RunStarter } from "./start-run.ts";

const bulkMax = 10_000;
/** Their writes share transactions; each may bring the whole log of a run into memory. */
const bulkAtOnce = 16;
const pageRows = 500;

export class GoingAgain {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #runs: Runs;
  readonly #reader: RunReader;
  readonly #starter: RunStarter;

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

  async rerun(tenant: TenantId, run: RunId, request: RerunRequest): Promise<StartedRun> {
    this.#runs.checkRoom();
    const { after, plan, state } = await this.plan(tenant, run, request);
    const { trigger } = state.created;
    return this.#starter.start(tenant, {
      definition: after,
      trigger: request.body === undefined ? trigger : withBody(trigger, request.body),
      id: null,
      startKey: null,
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
    const edited = request.body !== undefined && !equalJson(request.body, created.trigger.body);
    const plan = planRerun(before.workflow, state, after.workflow, request.from, edited);
    if (request.body !== undefined && plan.readsCarried) {
      const message =
        "the input can be changed only when no step that runs again reads an outcome that is carried";
      throw new DispatchedError("rerun_body_not_allowed", message, { hint: "rerun from the first steps" });
    }
    if (request.body !== undefined && created.trigger.type === "http") judgeBody(after, request.body);
    return { before, after, plan, state };
  }

  /** The set and its order are fixed first; then each run is dealt with by itself, some at a time. */
  async bulk(tenant: TenantId, { action, filter, preview }: BulkRequest): Promise<BulkResult> {
    const runs = await this.#matching(tenant, this.#reader.filterOf(tenant, filter));
    if (preview === true) {
      return { matched: runs.length, results: runs.map((run) => ({ run, code: null, created: null })) };
    }
    const results = await sideBySide(runs, bulkAtOnce, async (run) => {
      try {
        return { run, code: null, created: await this.#act(tenant, run, action) };
      } catch (error) {
        if (!(error instanceof DispatchedError)) throw error;
        return { run, code: error.code, created: null };
      }
    });
    return { matched: runs.length, results };
  }

  /** Gives the run that was made, if one was. */
  async #act(tenant: TenantId, run: RunId, action: BulkRequest["action"]): Promise<RunId | null> {
    if (action === "rerun") return (await this.rerun(tenant, run, { from: [], version: null })).run;
    const command = action === "cancel" ? ({ type: action, compensate: true } as const) : { type: action };
    await this.#runs.send(tenant, run, command);
    return null;
  }

  async #matching(tenant: TenantId, filter: RunFilter): Promise<readonly RunId[]> {
    const found: RunId[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await this.#ports.store.listRuns(tenant, filter, cursor, pageRows);
      found.push(...page.rows.map((row) => row.run));
      if (page.next === null || found.length >= bulkMax) return found.slice(0, bulkMax);
      cursor = page.next;
    }
  }
}

/** `raw_body` is what the new body would have come as. */
function withBody(trigger: TriggerData, body: Json): TriggerData {
  return { ...trigger, body, rawBody: trigger.rawBody === null ? null : stringifyJson(body) };
}
