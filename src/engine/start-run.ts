// Starts runs: by a caller, a schedule, an event, or as the child of another run.

import { misfitMessage } from "../language/schema.ts";
import type { HttpTrigger } from "../language/workflow.ts";
import type { RunRow } from "../ports/store.ts";
import type { CreateRun, RejectionCode, RerunPlan } from "../run/command.ts";
import { needsToCreate, slotKey } from "../run/create-run.ts";
import type { ParentLink, RunCreated, TriggerData } from "../run/event.ts";
import type { Failure } from "../run/failure.ts";
import type { Computed, Need } from "../run/need.ts";
import { equalJson } from "../value/equal-json.ts";
import { newRunId, type RunId, type TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { placeValue, spreadMembers, withBodies } from "../value/stored-body.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Definition, Definitions } from "./definitions.ts";
import type { StartedRun, StartRequest } from "./engine-api.ts";
import { hex } from "./hex.ts";
import { isLocked } from "./is-locked.ts";
import { childrenTaken } from "./kept-roots.ts";
import type { EnginePorts } from "./ports.ts";
import { RoomMaker } from "./room-maker.ts";
import { createRunKey, loadState } from "./run-log.ts";
import type { Runs } from "./runs.ts";
import { computeAll } from "./sandbox-needs.ts";
import type { Tenants } from "./tenants.ts";

/** What a new run is made of, beyond its definition and trigger. */
export interface NewRun {
  readonly definition: Definition;
  readonly trigger: TriggerData;
  /** Null for a new one. */
  readonly id: RunId | null;
  readonly startKey: Uint8Array | null;
  /** Number of the item of the inbox that starts it: settled with the run's birth. */
  readonly item?: number | undefined;
  readonly parent?: ParentLink;
  /** The only hosts that it may call: of what a grant lets start. */
  readonly hosts?: readonly string[] | undefined;
  readonly rerun?: RerunPlan;
  /** It fails with this as it begins. */
  readonly failure?: Failure;
}

interface CallerStart extends Pick<NewRun, "hosts" | "item"> {
  readonly granted?: number | undefined;
  readonly byHook?: boolean;
  /** The key is the sender's own name of what it signed: it may write the rest anew when it sends that again. */
  readonly keyDecides?: boolean;
}

/** Rounds of evaluations that the labels and the key of a run may take. */
const roundsMax = 8;

export class RunStarter {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #runs: Runs;
  readonly #tenants: Tenants;
  readonly #rooms: RoomMaker;

  constructor(ports: EnginePorts, definitions: Definitions, runs: Runs, tenants: Tenants) {
    this.#ports = ports;
    this.#definitions = definitions;
    this.#runs = runs;
    this.#tenants = tenants;
    this.#rooms = new RoomMaker(ports, runs);
  }

  /**
   * By a caller of `POST /workflows/<name>`, or of a hook, who is not told which run has its key. `granted`: the version
   * that a grant lets start, which no caller asked for.
   */
  async byCaller(
    tenant: TenantId,
    start: StartRequest,
    { granted, byHook = false, keyDecides = false, ...more }: CallerStart = {},
  ): Promise<StartedRun> {
    this.#runs.checkRoom();
    const definition = await this.#definitions.find(tenant, start.workflow, granted ?? start.version);
    checkTrigger(definition, start.trigger);
    const startKey =
      start.idempotencyKey === null
        ? null
        : this.#ports.vault.hash(tenant, "start", `${start.workflow}\n${start.idempotencyKey}`);
    const { trigger } = start;
    const started = await this.start(tenant, { definition, trigger, id: null, startKey, ...more });
    if (!started.repeated || keyDecides) return started;
    if (await this.#isSameStart(tenant, started.run, start, more.hosts !== undefined)) return started;
    const [what, extra] = byHook ? ["a run", {}] : [started.run, { run: started.run }];
    const message = `this idempotency key started ${what} with another request`;
    throw new DispatchedError("idempotency_conflict", message, { extra });
  }

  /** Errors: `too_many_runs`, `concurrency_limit`, `store_unavailable` … */
  async start(tenant: TenantId, start: NewRun): Promise<StartedRun> {
    const { vault, clock, entropy } = this.#ports;
    const { definition, parent, hosts, rerun, failure } = start;
    const random = entropy.bytes(30);
    const id = start.id ?? newRunId(clock.now(), random);
    const root = parent === undefined ? null : await this.#runs.keys.root(tenant, parent.root as RunId);
    const attended = root?.attended ?? definition.workflow.mode === "attended";
    // Of a child or a schedule nobody may be signed in here: its key is sealed to the tenant then.
    if (!vault.knows(tenant)) await this.#tenants.admit(tenant);
    const { key, kept } = createRunKey(vault, tenant, id, { attended, under: root?.key ?? null });
    const trigger = await withBodies(() => ownTrigger(start.trigger, definition.readsRawBody));
    const command: CreateRun = {
      type: "create",
      definition: definition.hash,
      trigger,
      runId: id,
      seed: new DataView(random.buffer, random.byteOffset + 10, 4).getUint32(0),
      traceId: traceIdOf(start.trigger) ?? hex(random.subarray(14, 30)),
      ...(parent === undefined ? {} : { parent }),
      ...(hosts === undefined ? {} : { hosts }),
      ...(rerun === undefined ? {} : { rerun }),
      ...(failure === undefined ? {} : { failure }),
    };
    const computed = await this.#compute(tenant, definition, command);
    const taken = rerun === undefined ? [] : childrenTaken(definition.workflow, rerun);
    const keeps = await this.#runs.kept.ofChildren(tenant, taken, attended);
    const run = this.#runs.create({
      tenant,
      id,
      definition,
      key,
      attended,
      keeps,
      birth: { kept, startKey: start.startKey, item: start.item ?? null },
    });
    run.prepare(computed);
    // One that fails as it begins needs no place, nor the key of one, which it may not be able to make.
    const slot = failure === undefined ? this.#slotOf(definition, command, computed) : {};
    const { onLimit } = definition.workflow.concurrency ?? { onLimit: "queue" };
    const found = await new Promise<RunId>((resolve, reject) => {
      run.post(
        { ...command, ...slot },
        {
          decided: () => resolve(id),
          exists: resolve,
          failed: reject,
          slotTaken: () => {
            if (onLimit !== "reject") return true;
            reject(limitReached(definition));
            return false;
          },
        },
      );
    });
    if (found === id && onLimit === "cancel_oldest" && slot.slot !== undefined) {
      await this.#rooms.makeRoom(tenant, definition, slot.slot.key, id);
    }
    return { run: found, repeated: found !== id };
  }

  /** Begins a run that waits for a place when one is free; else, where it is to, sees that one becomes free. */
  async takePlace(run: ActiveRun): Promise<void> {
    const makesRoom = run.identity.definition.workflow.concurrency?.onLimit === "cancel_oldest";
    if (!makesRoom) return run.post({ type: "start" }, null);
    const rejection = await new Promise<RejectionCode | null>((decided, failed) => {
      run.post({ type: "start" }, { decided, failed });
    });
    const { state } = run;
    const waits = state !== null && state.startedAt === null && state.ending === null && !state.paused;
    if (rejection === null && waits) await this.#rooms.keepRoom(run);
  }

  /** What labels and key need of the sandbox is computed before anything is stored. */
  async #compute(tenant: TenantId, definition: Definition, command: CreateRun): Promise<Computed> {
    const computed = new Map();
    if (!definition.workflow.sandboxed) return computed;
    for (let round = 0; round < roundsMax; round++) {
      const now = this.#ports.clock.now();
      const needs: readonly Need[] = needsToCreate(definition.workflow, command, now, computed);
      if (needs.length === 0) break;
      for (const [key, result] of await computeAll(this.#ports.sandbox, tenant, needs))
        computed.set(key, result);
    }
    return computed;
  }

  #slotOf(definition: Definition, command: CreateRun, computed: Computed): Pick<CreateRun, "slot"> {
    if (definition.workflow.concurrency === null) return {};
    const key = slotKey(definition.workflow, command, this.#ports.clock.now(), computed);
    if (!key.ok) {
      const { message } = key.problem;
      throw new DispatchedError(
        "invalid_concurrency_key",
        `\`concurrency.key\` of ${definition.workflow.name}: ${message}`,
      );
    }
    return { slot: { key: key.key, free: true } };
  }

  /** A key stands for one request: the same workflow with the same body. */
  async #isSameStart(
    tenant: TenantId,
    run: RunId,
    start: StartRequest,
    isGranted: boolean,
  ): Promise<boolean> {
    const row = await this.#ports.store.readRun(tenant, run);
    if (row === null) throw new DispatchedError("run_not_found", `there is no run ${run}`);
    const created = await this.#createdOf(row, isGranted);
    if (created === null) return true;
    const sameVersion = start.version === null || start.version === created.version;
    return sameVersion && (await withBodies(() => equalJson(created.trigger.body, start.trigger.body)));
  }

  /** Null for a caller by a grant whose run cannot be opened: it has ended, and nobody of the tenant is signed in. */
  async #createdOf(row: RunRow, isGranted: boolean): Promise<RunCreated | null> {
    try {
      const key = await this.#runs.keys.open(row);
      return (await loadState(this.#ports, row, key)).created;
    } catch (error) {
      if (isGranted && isLocked(error)) return null;
      throw error;
    }
  }
}

/** No run will come of it, however often it is tried: the place is taken for `reject`, or the document cannot make one. */
export function isRefusal(error: unknown): error is DispatchedError {
  return error instanceof DispatchedError && (error.code === "concurrency_limit" || !error.retryable);
}

function limitReached({ workflow }: Definition): DispatchedError {
  const limit = workflow.concurrency?.limit ?? 0;
  return new DispatchedError(
    "concurrency_limit",
    limit === 1
      ? `a run of ${workflow.name} with this key is active`
      : `${limit} runs of ${workflow.name} with this key are active`,
    {
      retryable: true,
      hint: "try again when one has ended",
    },
  );
}

function checkTrigger(definition: Definition, trigger: TriggerData): void {
  const { workflow } = definition;
  const http = workflow.triggers.find((candidate): candidate is HttpTrigger => candidate.type === "http");
  if (http === undefined) {
    throw new DispatchedError("no_http_trigger", `${workflow.name} has no http trigger`, {
      hint: "add `- type: http` to its triggers",
    });
  }
  judgeBody(definition, trigger.body);
}

/** Errors: `schema_mismatch`, for a body that the http trigger does not take. */
export function judgeBody({ workflow }: Definition, body: Json): void {
  const http = workflow.triggers.find((candidate): candidate is HttpTrigger => candidate.type === "http");
  const problems = http?.schema?.judge(body) ?? [];
  if (problems.length === 0) return;
  throw new DispatchedError("schema_mismatch", misfitMessage(problems, workflow.name), {
    extra: { problems },
  });
}

/** A trigger as a new run keeps it: bodies of another run are copied, since each run is forgotten in its own time. */
function ownTrigger(trigger: TriggerData, readsRawBody: boolean): TriggerData {
  const plain = spreadMembers({}, trigger);
  const rawBody = readsRawBody ? trigger.rawBody : null;
  placeValue(plain, "rawBody", rawBody);
  return { ...plain };
}

/** Trace id of a caller's `traceparent` (W3C Trace Context, section 3.2), or null. */
function traceIdOf(trigger: TriggerData): string | null {
  const found = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(trigger.headers["traceparent"] ?? "");
  const traceId = found?.[1] ?? null;
  return traceId === null || /^0+$/.test(traceId) ? null : traceId;
}
