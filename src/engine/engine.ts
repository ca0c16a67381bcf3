// The engine: load, decide, append, perform. It is pure but for its ports, so that a simulation runs the very same.

import type { Page } from "../ports/store.ts";
import type { CommandBody } from "../run/command.ts";
import type { Explanation } from "../run/explain.ts";
import type { RunView } from "../run/run-view.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { Definitions } from "./definitions.ts";
import type {
  BulkRequest,
  BulkResult,
  CallbackView,
  CloudEvent,
  EngineApi,
  EventPage,
  EventReceipt,
  RerunRequest,
  RunAnswer,
  RunListItem,
  RunQuery,
  ScheduleView,
  SecretPut,
  SecretStored,
  SecretView,
  StartedRun,
  StartRequest,
  StoredWorkflow,
  WorkflowPut,
} from "./engine-api.ts";
import { Errands } from "./errands.ts";
import { EventIntake } from "./event-intake.ts";
import { GoingAgain } from "./going-again.ts";
import { defaultOptions, type EngineOptions } from "./options.ts";
import type { EnginePorts } from "./ports.ts";
import { RunReader } from "./run-reader.ts";
import { Runs } from "./runs.ts";
import { Schedules } from "./schedules.ts";
import { Secrets } from "./secrets.ts";
import { Signals } from "./signals.ts";
import { RunStarter } from "./start-run.ts";

export class Engine implements EngineApi {
  readonly #definitions: Definitions;
  readonly #secrets: Secrets;
  readonly #runs: Runs;
  readonly #reader: RunReader;
  readonly #starter: RunStarter;
  readonly #signals: Signals;
  readonly #goingAgain: GoingAgain;
  readonly #schedules: Schedules;
  readonly #intake: EventIntake;

  constructor(ports: EnginePorts, options: Partial<EngineOptions> = {}) {
    this.#definitions = new Definitions(ports);
    this.#secrets = new Secrets(ports);
    this.#runs = new Runs(ports, { ...defaultOptions, ...options }, this.#definitions, this.#secrets);
    this.#reader = new RunReader(ports, this.#definitions, this.#runs);
    this.#starter = new RunStarter(ports, this.#definitions, this.#runs);
    this.#runs.useErrands(new Errands(ports, this.#runs, this.#definitions, this.#starter));
    this.#signals = new Signals(ports, this.#definitions, this.#runs, this.#secrets);
    this.#goingAgain = new GoingAgain(ports, this.#definitions, this.#runs, this.#reader, this.#starter);
    this.#schedules = new Schedules(ports, this.#runs.timers, this.#definitions, this.#starter);
    this.#intake = new EventIntake(ports, this.#runs, this.#definitions, this.#starter);
  }

  async start(): Promise<void> {
    await this.#runs.start();
    this.#schedules.start();
    this.#intake.start();
  }

  async stop(): Promise<void> {
    this.#schedules.stop();
    this.#intake.stop();
    await this.#runs.stop();
  }

  unready(): string | null {
    return this.#runs.unready();
  }

  async putWorkflow(tenant: TenantId, put: Parameters<EngineApi["putWorkflow"]>[1]): Promise<WorkflowPut> {
    const result = await this.#definitions.put(tenant, put);
    if (result.status === "created") await this.#runs.live.follow(tenant, result.name, result.version);
    this.#schedules.hurry();
    return result;
  }

  getWorkflow(tenant: TenantId, name: string, version: number | null): Promise<StoredWorkflow> {
    return this.#definitions.get(tenant, name, version);
  }

  listWorkflows(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<StoredWorkflow>> {
    return this.#definitions.list(tenant, cursor, limit);
  }

  listVersions(
    tenant: TenantId,
    name: string,
    cursor: string | null,
    limit: number,
  ): Promise<Page<StoredWorkflow>> {
    return this.#definitions.versions(tenant, name, cursor, limit);
  }

  /** Somebody of the tenant has signed in here: what waited for its keys goes on. */
  unlocked(tenant: TenantId): void {
    this.#runs.unlocked(tenant);
  }

  startRun(tenant: TenantId, start: StartRequest): Promise<StartedRun> {
    return this.#starter.byCaller(tenant, start);
  }

  waitForEnd(tenant: TenantId, run: RunId, untilMs: number): Promise<RunView> {
    return this.#reader.waitForEnd(tenant, run, untilMs);
  }

  getRun(tenant: TenantId, run: RunId): Promise<RunView> {
    return this.#reader.get(tenant, run);
  }

  listEvents(
    tenant: TenantId,
    run: RunId,
    after: number,
    limit: number,
    untilMs: number,
  ): Promise<EventPage> {
    return this.#reader.events(tenant, run, after, limit, untilMs);
  }

  listRuns(
    tenant: TenantId,
    query: RunQuery,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunListItem>> {
    return this.#reader.list(tenant, query, cursor, limit);
  }

  waitForAnswer(tenant: TenantId, run: RunId, untilMs: number): Promise<RunAnswer> {
    return this.#reader.waitForAnswer(tenant, run, untilMs);
  }

  async syncTimeout(tenant: TenantId, workflow: string, version: number | null): Promise<number> {
    const definition = await this.#definitions.find(tenant, workflow, version);
    const http = definition.workflow.triggers.find((trigger) => trigger.type === "http");
    return http?.type === "http" ? http.syncTimeoutMs : 30_000;
  }

  cancelRun(tenant: TenantId, run: RunId, compensate: boolean): Promise<RunView> {
    return this.#command(tenant, run, { type: "cancel", compensate });
  }

  pauseRun(tenant: TenantId, run: RunId): Promise<RunView> {
    return this.#command(tenant, run, { type: "pause" });
  }

  resumeRun(tenant: TenantId, run: RunId): Promise<RunView> {
    return this.#command(tenant, run, { type: "resume" });
  }

  compensateRun(tenant: TenantId, run: RunId): Promise<RunView> {
    return this.#command(tenant, run, { type: "compensate", again: true }, true);
  }

  sendSignal(tenant: TenantId, run: RunId, name: string, body: Json, key: string | null): Promise<void> {
    return this.#signals.send(tenant, run, name, body, key);
  }

  showCallback(token: string): Promise<CallbackView> {
    return this.#signals.show(token);
  }

  answerCallback(token: string, body: Json, key: string | null): Promise<void> {
    return this.#signals.answer(token, body, key);
  }

  rerun(tenant: TenantId, run: RunId, request: RerunRequest): Promise<StartedRun> {
    return this.#goingAgain.rerun(tenant, run, request);
  }

  bulk(tenant: TenantId, request: BulkRequest): Promise<BulkResult> {
    return this.#goingAgain.bulk(tenant, request);
  }

  explainRun(tenant: TenantId, run: RunId): Promise<Explanation> {
    return this.#reader.explain(tenant, run);
  }

  putEvents(tenant: TenantId, events: readonly CloudEvent[]): Promise<readonly EventReceipt[]> {
    return this.#intake.put(tenant, events);
  }

  listSchedules(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<ScheduleView>> {
    return this.#schedules.list(tenant, cursor, limit);
  }

  async #command(tenant: TenantId, run: RunId, command: CommandBody, ended = false): Promise<RunView> {
    await this.#runs.send(tenant, run, command, ended);
    return this.#reader.get(tenant, run);
  }

  putSecret(tenant: TenantId, name: string, put: SecretPut): Promise<SecretStored> {
    return this.#secrets.put(tenant, name, put);
  }

  deleteSecret(tenant: TenantId, name: string): Promise<void> {
    return this.#secrets.delete(tenant, name);
  }

  listSecrets(tenant: TenantId): Promise<readonly SecretView[]> {
    return this.#secrets.list(tenant);
  }
}
