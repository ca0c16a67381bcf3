// The engine: load, decide, append, perform. It is pure but for its ports, so that a simulation runs the very same.

import type { AuditHead } from "../handshake/confirmation.ts";
import type { Page } from "../ports/store.ts";
import type { CommandBody } from "../run/command.ts";
import type { Explanation } from "../run/explain.ts";
import type { RunView } from "../run/run-view.ts";
import type { ItemId, RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { Audit } from "./audit.ts";
import { type AuditActor, someSession } from "./audit-entry.ts";
import { AuditExport, type AuditLines } from "./audit-export.ts";
import { type AuditPage, AuditReader, type AuditVerdict } from "./audit-reader.ts";
import { Bulks } from "./bulks.ts";
import { Definitions } from "./definitions.ts";
import { DeliveryDesk } from "./delivery-desk.ts";
import { Door } from "./door.ts";
import type {
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
  SecretView,
  StartedRun,
  StartRequest,
  StoredWorkflow,
  WorkflowPut,
} from "./engine-api.ts";
import { EpochKeeper } from "./epoch-keeper.ts";
import { Errands } from "./errands.ts";
import { EventIntake } from "./event-intake.ts";
import { FormerValues } from "./former-values.ts";
import { GoingAgain } from "./going-again.ts";
import { grantAction } from "./grant-action.ts";
import { Grants } from "./grants.ts";
import type { HandshakeAction } from "./handshake-action.ts";
import { Hooks } from "./hooks.ts";
import type { HostRules } from "./host-rules.ts";
import { Inbox } from "./inbox.ts";
import type { Accepted, HookRequest, InboxApi, InboxItemView, InboxView } from "./inbox-api.ts";
import type { ItemHost } from "./judge-item.ts";
import { defaultOptions, type EngineOptions } from "./options.ts";
import type { EnginePorts } from "./ports.ts";
import { Review } from "./review.ts";
import { Rotations, type RotationView } from "./rotations.ts";
import { RunReader } from "./run-reader.ts";
import { RunTokens } from "./run-tokens.ts";
import { Runs } from "./runs.ts";
import { Schedules } from "./schedules.ts";
import { Secrets } from "./secrets.ts";
import { Signals } from "./signals.ts";
import type { SigningSecrets } from "./signing-secrets.ts";
import { RunStarter } from "./start-run.ts";
import { Tenants } from "./tenants.ts";

export class Engine implements EngineApi {
  readonly hooks: Hooks;
  readonly rotations: Rotations;
  readonly tenants: Tenants;
  readonly runTokens: RunTokens;
  readonly review: Review;
  readonly bulks: Bulks;
  readonly grants: Grants;
  readonly deliveries: DeliveryDesk;
  readonly signing: SigningSecrets;
  readonly hosts: HostRules;
  readonly #ports: EnginePorts;
  readonly audit: Audit;
  readonly auditExport: AuditExport;
  readonly #auditReader: AuditReader;
  readonly #definitions: Definitions;
  readonly #secrets: Secrets;
  readonly #runs: Runs;
  readonly #epochs: EpochKeeper;
  readonly #formerValues: FormerValues;
  readonly #reader: RunReader;
  readonly #starter: RunStarter;
  readonly #signals: Signals;
  readonly #goingAgain: GoingAgain;
  readonly #schedules: Schedules;
  readonly #intake: EventIntake;
  readonly #inbox: Inbox;
  readonly #door: Door;

  constructor(ports: EnginePorts, options: Partial<EngineOptions> = {}) {
    this.#ports = ports;
    const audit = new Audit(ports);
    this.audit = audit;
    this.tenants = new Tenants(ports, audit);
    this.#auditReader = new AuditReader(ports);
    this.auditExport = new AuditExport(ports, this.#auditReader);
    const given = { ...defaultOptions, ...options };
    this.#definitions = new Definitions(ports, audit, given);
    this.#secrets = new Secrets(ports, audit);
    [this.signing, this.hosts] = [this.#secrets.signing, this.#secrets.hosts];
    const onFenced = () => {
      void this.#epochs.stop();
      given.onFenced();
    };
    const chosen = { ...given, onFenced };
    const records = { audit, definitions: this.#definitions, secrets: this.#secrets };
    this.#runs = new Runs(ports, chosen, records);
    this.#epochs = new EpochKeeper(ports, chosen, this.#runs.timers);
    this.#formerValues = new FormerValues(ports, this.#secrets, this.#runs.timers);
    this.rotations = new Rotations(ports, this.#runs.timers, chosen.rotationPage);
    this.runTokens = new RunTokens(ports, this.#runs);
    this.#reader = new RunReader(ports, this.#definitions, this.#runs);
    this.#starter = new RunStarter(ports, this.#definitions, this.#runs, this.tenants);
    this.#runs.useErrands(new Errands(ports, this.#runs, this.#definitions, this.#starter));
    this.#signals = new Signals(ports, this.#definitions, this.#runs, this.#secrets);
    this.#goingAgain = new GoingAgain(ports, this.#definitions, this.#runs, this.#reader, this.#starter);
    this.bulks = new Bulks(ports, this.#runs, this.#reader, this.#goingAgain);
    this.review = new Review(ports, this.#definitions, this.#runs, this.#reader, this.#goingAgain);
    const host: ItemHost = {
      ports,
      runs: this.#runs,
      definitions: this.#definitions,
      starter: this.#starter,
      signals: this.#signals,
      secrets: this.#secrets,
      tenants: this.tenants,
    };
    this.grants = new Grants(ports, this.#definitions, this.#runs.live, audit);
    this.hooks = new Hooks(ports, this.#definitions, audit);
    this.#inbox = new Inbox(host);
    this.#door = new Door(host, this.grants, this.hooks, this.#inbox);
    this.deliveries = new DeliveryDesk(this.#door, audit);
    this.#schedules = new Schedules(host, this.grants, this.#inbox);
    this.#intake = new EventIntake(host, this.grants, this.#inbox);
  }

  async start(): Promise<void> {
    await this.#epochs.prepare();
    await this.#runs.start();
    this.#epochs.start();
    this.#schedules.start();
    this.#intake.start();
    this.rotations.start();
    this.#formerValues.start();
    this.#inbox.start();
    this.bulks.start();
  }

  async stop(): Promise<void> {
    this.#schedules.stop();
    this.#intake.stop();
    this.rotations.stop();
    this.#formerValues.stop();
    this.#inbox.stop();
    this.bulks.stop();
    await this.#epochs.stop();
    await this.#runs.stop();
  }

  unready(): string | null {
    return this.#runs.unready();
  }

  async putWorkflow(
    tenant: TenantId,
    put: Parameters<EngineApi["putWorkflow"]>[1],
    by: AuditActor = someSession,
  ): Promise<WorkflowPut> {
    const before = put.name === null ? null : await this.grants.of(tenant, put.name);
    const result = await this.#definitions.put(tenant, put, by);
    // One that is there already may have been stored by a node that died before it came to this.
    if (result.status !== "valid") await this.#runs.live.follow(tenant, result.name, result.version);
    this.#schedules.hurry();
    return { ...result, endedGrant: this.grants.endedBy(result, before) };
  }

  getWorkflow(tenant: TenantId, name: string, version: number | null): Promise<StoredWorkflow> {
    return this.#definitions.get(tenant, name, version);
  }

  listWorkflows(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<StoredWorkflow>> {
    return this.#definitions.list(tenant, cursor, limit);
  }

  listVersions(...asked: Parameters<EngineApi["listVersions"]>): Promise<Page<StoredWorkflow>> {
    return this.#definitions.versions(...asked);
  }

  async deleteWorkflow(...[tenant, name, by = someSession, holds]: Parameters<EngineApi["deleteWorkflow"]>) {
    const deleted = await this.#definitions.delete(tenant, name, by, holds);
    this.#runs.live.ended();
    return deleted;
  }

  /** Somebody of the tenant has signed in here: what waited for its keys goes on. */
  unlocked(tenant: TenantId): void {
    this.#runs.unlocked(tenant);
    this.rotations.goOn(tenant);
    this.#runs.live.mend(tenant);
    this.#inbox.unlocked(tenant);
    this.bulks.hurry();
    this.#schedules.hurry();
    this.#intake.unlocked(tenant);
  }

  /** Nobody of the tenant is signed in here any more: what is known of it in clear is forgotten; active runs go on. */
  locked(tenant: TenantId): void {
    this.#definitions.forget(tenant);
    this.#secrets.forget(tenant);
  }

  /** A tenant was deleted. */
  deleted(): void {
    this.#runs.deleted();
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

  syncTimeout(tenant: TenantId, workflow: string, version: number | null): Promise<number> {
    return this.#reader.syncTimeout(tenant, workflow, version);
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

  async compensateRun(tenant: TenantId, run: RunId): Promise<RunView> {
    await this.#goingAgain.compensate(tenant, run);
    return this.#reader.get(tenant, run);
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

  explainRun(tenant: TenantId, run: RunId): Promise<Explanation> {
    return this.#goingAgain.explain(tenant, run);
  }

  putEvents(tenant: TenantId, events: readonly CloudEvent[]): Promise<readonly EventReceipt[]> {
    return this.#intake.put(tenant, events);
  }

  listSchedules(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<ScheduleView>> {
    return this.#schedules.list(tenant, cursor, limit);
  }

  acceptStart(tenant: TenantId, start: StartRequest): Promise<Accepted> {
    return this.#door.start(tenant, start);
  }

  tenantOfHook(token: string): Promise<TenantId> {
    return this.#door.tenantOf(token);
  }

  acceptHook(token: string, request: HookRequest): ReturnType<InboxApi["acceptHook"]> {
    return this.#door.hook(token, request);
  }

  acceptSignal(
    tenant: TenantId,
    run: RunId,
    name: string,
    body: Json,
    key: string | null,
  ): Promise<ItemId | null> {
    return this.#door.signal(tenant, run, name, body, key);
  }

  tenantOfCallback(token: string): TenantId {
    return this.#signals.tenantOf(token);
  }

  acceptCallback(token: string, body: Json, key: string | null): Promise<ItemId | null> {
    return this.#door.callback(token, body, key);
  }

  acceptCancel(tenant: TenantId, run: RunId, compensate: boolean): Promise<ItemId | null> {
    return this.#door.cancel(tenant, run, compensate);
  }

  listInbox(...asked: Parameters<InboxApi["listInbox"]>): Promise<Page<InboxView>> {
    return this.#inbox.list(...asked);
  }

  showItem(tenant: TenantId, id: ItemId): Promise<InboxItemView> {
    return this.#inbox.show(tenant, id);
  }

  /** What a handshake for the purpose `grant` does. */
  get grantAction(): HandshakeAction {
    return grantAction(this.grants, this.#ports.clock);
  }

  async #command(tenant: TenantId, run: RunId, command: CommandBody): Promise<RunView> {
    await this.#runs.send(tenant, run, command);
    return this.#reader.get(tenant, run);
  }

  putSecret(tenant: TenantId, name: string, put: SecretPut, by: AuditActor = someSession) {
    return this.#secrets.put(tenant, name, put, by);
  }

  deleteSecret(tenant: TenantId, name: string, by: AuditActor = someSession): Promise<void> {
    return this.#secrets.delete(tenant, name, by);
  }

  listSecrets(tenant: TenantId): Promise<readonly SecretView[]> {
    return this.#secrets.list(tenant);
  }

  showRotation(tenant: TenantId): Promise<RotationView | null> {
    return this.rotations.show(tenant);
  }

  listAudit(tenant: TenantId, before: number | null, limit: number): Promise<AuditPage> {
    return this.#auditReader.list(tenant, before, limit);
  }

  verifyAudit(tenant: TenantId, seq: number, later?: boolean): Promise<AuditVerdict> {
    return this.#auditReader.verify(tenant, seq, later);
  }

  verifyAuditLines(tenant: TenantId, after: AuditHead, lines: readonly string[]): AuditVerdict {
    return this.#auditReader.verifyLines(tenant, after, lines);
  }

  exportAudit(tenant: TenantId, permit: string, after: number, limit: number): Promise<AuditLines> {
    return this.auditExport.lines(tenant, permit, after, limit);
  }
}
