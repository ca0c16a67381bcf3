// The engine: load, decide, append, perform. It is pure but for its ports, so that a simulation runs the very same.

import type { HttpTrigger } from "../language/workflow.ts";
import type { Page } from "../ports/store.ts";
import type { RejectionCode } from "../run/command.ts";
import type { TriggerData } from "../run/event.ts";
import type { RunView } from "../run/run-view.ts";
import { equalJson } from "../value/equal-json.ts";
import { newRunId, type RunId, type TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { type Definition, Definitions } from "./definitions.ts";
import type {
  EngineApi,
  EventPage,
  RunListItem,
  RunQuery,
  SecretView,
  StartedRun,
  StartRequest,
  StoredWorkflow,
  WorkflowPut,
} from "./engine-api.ts";
import { hex } from "./hex.ts";
import { defaultOptions, type EngineOptions } from "./options.ts";
import type { EnginePorts } from "./ports.ts";
import { createRunKey } from "./run-log.ts";
import { RunReader } from "./run-reader.ts";
import { Runs } from "./runs.ts";
import { Secrets } from "./secrets.ts";

export class Engine implements EngineApi {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #secrets: Secrets;
  readonly #runs: Runs;
  readonly #reader: RunReader;

  constructor(ports: EnginePorts, options: Partial<EngineOptions> = {}) {
    this.#ports = ports;
    this.#definitions = new Definitions(ports);
    this.#secrets = new Secrets(ports);
    this.#runs = new Runs(ports, { ...defaultOptions, ...options }, this.#definitions, this.#secrets);
    this.#reader = new RunReader(ports, this.#definitions, this.#runs);
  }

  start(): Promise<void> {
    return this.#runs.start();
  }

  stop(): Promise<void> {
    return this.#runs.stop();
  }

  unready(): string | null {
    return this.#runs.unready();
  }

  putWorkflow(tenant: TenantId, put: Parameters<EngineApi["putWorkflow"]>[1]): Promise<WorkflowPut> {
    return this.#definitions.put(tenant, put);
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

  async startRun(tenant: TenantId, start: StartRequest): Promise<StartedRun> {
    this.#runs.checkRoom();
    const definition = await this.#definitions.find(tenant, start.workflow, start.version);
    checkTrigger(definition, start.trigger);
    const { vault, clock, entropy } = this.#ports;
    const random = entropy.bytes(30);
    const id = newRunId(clock.now(), random);
    const { key, wrapped } = createRunKey(vault, tenant, id);
    const startKey =
      start.idempotencyKey === null
        ? null
        : vault.hash(tenant, "start", `${start.workflow}\n${start.idempotencyKey}`);
    const run = this.#runs.create({ tenant, id, definition, key, birth: { wrapped, startKey } });
    const trigger = definition.readsRawBody ? start.trigger : { ...start.trigger, rawBody: null };
    const found = await new Promise<RunId>((resolve, reject) => {
      const command = {
        type: "create",
        definition: definition.hash,
        trigger,
        runId: id,
        seed: new DataView(random.buffer, random.byteOffset + 10, 4).getUint32(0),
        traceId: traceIdOf(start.trigger) ?? hex(random.subarray(14, 30)),
      } as const;
      run.post(command, { decided: () => resolve(id), exists: resolve, failed: reject });
    });
    if (found === id) return { run: id, repeated: false };
    await this.#checkSameStart(tenant, found, start);
    return { run: found, repeated: true };
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

  async cancelRun(tenant: TenantId, run: RunId, compensate: boolean): Promise<RunView> {
    const active = await this.#runs.bring(tenant, run);
    const rejection = await new Promise<RejectionCode | null>((decided, failed) => {
      active.post({ type: "cancel", compensate }, { decided, failed });
    });
    if (rejection !== null) throw new DispatchedError("run_ended", `${run} has ended`);
    return this.#reader.get(tenant, run);
  }

  putSecret(tenant: TenantId, name: string, value: string): Promise<SecretView> {
    return this.#secrets.put(tenant, name, value);
  }

  deleteSecret(tenant: TenantId, name: string): Promise<void> {
    return this.#secrets.delete(tenant, name);
  }

  listSecrets(tenant: TenantId): Promise<readonly SecretView[]> {
    return this.#secrets.list(tenant);
  }

  /** A key stands for one request: the same workflow with the same body. */
  async #checkSameStart(tenant: TenantId, run: RunId, start: StartRequest): Promise<void> {
    const { state } = await this.#reader.load(tenant, run);
    const { created } = state;
    const sameVersion = start.version === null || start.version === created.version;
    if (sameVersion && equalJson(created.trigger.body, start.trigger.body)) return;
    throw new DispatchedError(
      "idempotency_conflict",
      `this idempotency key started ${run} with another request`,
      {
        extra: { run },
      },
    );
  }
}

function checkTrigger(definition: Definition, trigger: TriggerData): void {
  const { workflow } = definition;
  const http = workflow.triggers.find((candidate): candidate is HttpTrigger => candidate.type === "http");
  if (http === undefined) {
    throw new DispatchedError("no_http_trigger", `${workflow.name} has no http trigger`, {
      hint: "add `- type: http` to its triggers",
    });
  }
  const problems = http.schema?.judge(trigger.body) ?? [];
  if (problems.length > 0) {
    throw new DispatchedError("schema_mismatch", `the body does not fit the schema of ${workflow.name}`, {
      extra: { problems },
    });
  }
}

/** Trace id of a caller's `traceparent` (W3C Trace Context, section 3.2), or null. */
function traceIdOf(trigger: TriggerData): string | null {
  const found = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(trigger.headers["traceparent"] ?? "");
  const traceId = found?.[1] ?? null;
  return traceId === null || /^0+$/.test(traceId) ? null : traceId;
}
