// Standing grants: what lets one version of a workflow start while nobody of its tenant is signed in.

import type { Workflow } from "../language/workflow.ts";
import type { GrantRow } from "../ports/inbox-store.ts";
import type { Page } from "../ports/store.ts";
import type { Place } from "../ports/vault.ts";
import { type GrantId, newGrantId, type TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { checkHosts } from "./allowed-hosts.ts";
import type { Audit } from "./audit.ts";
import { type AuditActor, type AuditDraft, someSession } from "./audit-entry.ts";
import type { Definition, Definitions } from "./definitions.ts";
import type { WorkflowPut } from "./engine-api.ts";
import { EngineOpens } from "./engine-opens.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";
import { followEpoch } from "./follow-epoch.ts";
import { followKey } from "./follow-key.ts";
import { type GrantApi, type GrantRequest, type GrantView, type GrantWay, grantWays } from "./inbox-api.ts";
import { isLocked } from "./is-locked.ts";
import { keptNames } from "./kept-names.ts";
import { keyRotated } from "./key-rotated.ts";
import type { LiveRecords } from "./live-records.ts";
import { openFresh } from "./open-fresh.ts";
import type { EnginePorts } from "./ports.ts";
import { sameBytes } from "./same-bytes.ts";
import { topicHash } from "./unit-extra.ts";
import { verifyOf } from "./verify-of.ts";

/** Days, at most. */
const grantDaysMax = 90;
const dayMs = 86_400_000;
/** Puts of versions that come between; more than this many at once is no accident. */
const triesMax = 16;

/** What is sealed of a grant. */
interface GrantBody {
  readonly workflow: string;
  readonly version: number;
  /** Keyed hash of the definition's bytes, hexadecimal. */
  readonly definition: string;
  readonly secrets: readonly string[];
  readonly triggers: readonly GrantWay[];
  readonly hosts: readonly string[];
  /** It lets the engine read the secret of `verify`. */
  readonly verify: boolean;
  /** Milliseconds since 1970. The row says it too, for who looks for what has expired; this is what counts. */
  readonly expiresAt: number;
}

/** Why something may start: the tenant is open, or by a grant. */
export type Admission =
  | { readonly type: "open" }
  | ({ readonly type: "granted" } & Pick<GrantBody, "workflow" | "version" | "hosts" | "verify">);

export class Grants implements GrantApi {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #live: LiveRecords;
  readonly #audit: Audit;
  readonly #opens: EngineOpens;

  constructor(ports: EnginePorts, definitions: Definitions, live: LiveRecords, audit: Audit) {
    this.#audit = audit;
    this.#opens = new EngineOpens(audit, "grants");
    this.#ports = ports;
    this.#definitions = definitions;
    this.#live = live;
  }

  /** Why the workflow may start this way here and now; null when it must wait for somebody to sign in. */
  async admit(tenant: TenantId, workflow: Uint8Array, way: GrantWay): Promise<Admission | null> {
    const { vault, store, clock } = this.#ports;
    if (vault.isOpen(tenant)) return { type: "open" };
    const row = await store.grants.find(tenant, workflow);
    if (row === null || row.expiresAt <= clock.now()) return null;
    const recorded = async (found: GrantRow | null) => {
      if (found !== null && found.live !== null) await this.#opens.record(tenant, found.id);
      return found;
    };
    await recorded(row);
    try {
      const again = async () => recorded(await store.grants.find(tenant, workflow));
      const body = await openFresh(row, (one) => this.#open(one), again);
      if (body.expiresAt <= clock.now() || this.#isMoved(row, body)) return null;
      return body.triggers.includes(way) ? { type: "granted", ...body } : null;
    } catch (error) {
      if (isLocked(error)) return null;
      throw error;
    }
  }

  /**
   * `enter` puts the entry into the audit log, once, when the request is known to be good: what it throws, nothing
   * follows. Errors: `invalid_grant`, `workflow_not_found`, `locked`.
   */
  async make(
    tenant: TenantId,
    request: GrantRequest,
    enter: (entry: Omit<AuditDraft, "by">) => Promise<void> = (entry) =>
      this.#enter(tenant, { ...entry, by: someSession }),
  ): Promise<GrantView> {
    const { clock, entropy } = this.#ports;
    const hosts = checkRequest(request, clock.now());
    const id = newGrantId(clock.now(), entropy.bytes(10));
    try {
      return await this.#put(tenant, id, { ...request, hosts }, enter);
    } finally {
      // What was opened for one that was not stored, or that has ended meanwhile, is closed.
      this.#live.ended();
    }
  }

  async #put(
    tenant: TenantId,
    id: GrantId,
    request: GrantRequest,
    enter: (entry: Omit<AuditDraft, "by">) => Promise<void>,
  ): Promise<GrantView> {
    const { store, clock } = this.#ports;
    for (let tries = 0; tries < triesMax; tries++) {
      const definition = await this.#definitions.find(tenant, request.workflow, null);
      await this.#definitions.requireThere(tenant, request.workflow);
      checkDefinition(definition, request);
      if (tries === 0) await enter(madeEntry(id, definition, request));
      await this.#live.ensure(tenant, definition);
      const rule = verifyOf(definition.workflow);
      if (request.verify && rule !== null) await this.#live.ensureSecrets(tenant, new Set([rule.secret]));
      const reached = await this.#live.reachedFrom(tenant, [definition]);
      const row = this.#seal(tenant, id, definition, namesIn(reached), request);
      const put = await store.grants.put(row);
      if (put === "stale_epoch") await followEpoch(this.#ports);
      if (put === "stale_key") {
        if (tries === triesMax - 1) throw keyRotated();
        await followKey(this.#ports, tenant);
      }
      // What was closed meanwhile, because nothing needed it yet, is opened again: a grant stands with all that it names.
      if (put === "put") return this.#view(row, clock.now());
    }
    throw new DispatchedError("store_unavailable", `${request.workflow} is being put by others`, {
      retryable: true,
    });
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<GrantView>> {
    const { rows, next } = await this.#ports.store.grants.list(tenant, cursor, limit);
    return { rows: rows.map((row) => this.#view(row, this.#ports.clock.now())), next };
  }

  async show(tenant: TenantId, id: GrantId): Promise<GrantView> {
    const row = await this.#ports.store.grants.read(tenant, id);
    if (row === null) throw new DispatchedError("grant_not_found", `there is no grant ${id}`);
    return this.#view(row, this.#ports.clock.now());
  }

  async revoke(tenant: TenantId, id: GrantId, by: AuditActor = someSession): Promise<void> {
    const { store, clock } = this.#ports;
    const draft = { action: "grant.revoked", by, fields: { grant: id } } as const;
    const isRevoked = await this.#audit.with(tenant, draft, (append) =>
      store.grants.revoke(tenant, id, clock.now(), append),
    );
    if (!isRevoked) {
      throw new DispatchedError("grant_not_found", `there is no grant ${id} that has not ended`);
    }
    this.#live.ended();
  }

  /** Somebody who writes to the store put it where the grant of another workflow stands. */
  #isMoved({ tenant, id, workflow }: GrantRow, body: GrantBody): boolean {
    const { vault, log } = this.#ports;
    if (sameBytes(vault.hash(tenant, "workflow", body.workflow), workflow)) return false;
    log.write("error", "grant.altered", { tenant, grant: id });
    return true;
  }

  /** What the grant of the workflow is; null for none. */
  async of(tenant: TenantId, workflow: string): Promise<GrantRow | null> {
    const { store, vault } = this.#ports;
    return store.grants.find(tenant, vault.hash(tenant, "workflow", workflow));
  }

  /** Whether a put has ended the grant that was there before. What only that needed is closed, or only those that name the workflow. */
  endedBy(
    { status, version }: Pick<WorkflowPut, "status" | "version">,
    before: GrantRow | null,
  ): GrantId | null {
    if (status === "created") this.#live.ended();
    return before !== null && status === "created" && version > before.version ? before.id : null;
  }

  /** Before what it tells of: rather an entry too many than one too few. */
  #enter(tenant: TenantId, entry: AuditDraft): Promise<void> {
    return this.#audit.settle(tenant, this.#audit.pend(tenant, entry));
  }

  #seal(
    tenant: TenantId,
    id: GrantId,
    { workflow, name, hash }: Definition,
    names: ReturnType<typeof namesIn>,
    request: GrantRequest,
  ): GrantRow {
    const { vault, clock } = this.#ports;
    const createdAt = clock.now();
    const { version } = workflow;
    const { triggers, hosts, verify, expiresAt } = request;
    const rule = verify ? verifyOf(workflow) : null;
    const secrets = [...new Set([...names.secrets, ...(rule === null ? [] : [rule.secret])])];
    const body: GrantBody = {
      workflow: workflow.name,
      version,
      definition: hash,
      secrets,
      triggers,
      hosts,
      verify: rule !== null,
      expiresAt,
    };
    const { key, kept } = vault.createKey(placeOf(tenant, id, "key"), { live: true });
    return {
      tenant,
      id,
      workflow: name,
      version,
      names: [
        ...[...secrets, ...keptNames].map((secret) => vault.hash(tenant, "secret", secret)),
        ...[...names.workflows].map((child) => vault.hash(tenant, "workflow", child)),
        ...eventsOf(workflow, triggers).map((type) => topicHash(vault, tenant, type, null)),
      ],
      ...kept,
      sealed: vault.seal(key, placeOf(tenant, id, "sealed"), encodeJson(body as unknown as Json)),
      createdAt,
      expiresAt,
      endedAt: null,
      end: null,
    };
  }

  #open(row: GrantRow): GrantBody {
    const { vault } = this.#ports;
    const { tenant, id } = row;
    const key = vault.unwrapKey(placeOf(tenant, id, "key"), row);
    return decodeJson(vault.open(key, placeOf(tenant, id, "sealed"), row.sealed)) as unknown as GrantBody;
  }

  #view(row: GrantRow, now: number): GrantView {
    const { workflow, version, secrets, triggers, hosts, verify } = this.#open(row);
    const { id, createdAt, expiresAt } = row;
    const isOver = row.endedAt === null && expiresAt <= now;
    return {
      id,
      workflow,
      version,
      secrets,
      triggers,
      hosts,
      verify,
      createdAt,
      expiresAt,
      endedAt: isOver ? expiresAt : row.endedAt,
      end: isOver ? "expired" : row.end,
    };
  }
}

function madeEntry(
  grant: GrantId,
  { workflow }: Definition,
  { triggers, hosts, expiresAt }: GrantRequest,
): Omit<AuditDraft, "by"> {
  const { version, name } = workflow;
  const expires_at = new Date(expiresAt).toISOString();
  const texts = { workflow: name, hosts: hosts.join(" ") };
  return { action: "grant.made", fields: { grant, version, triggers, expires_at }, texts };
}

/** What its runs and their children may need, by name. */
function namesIn(definitions: ReadonlySet<Definition>) {
  const all = [...definitions].map(({ workflow }) => workflow.names);
  return {
    secrets: new Set(all.flatMap(({ secrets }) => [...secrets])),
    workflows: new Set(all.flatMap(({ workflows }) => [...workflows])),
  };
}

/** Types of the events that may start it: they come while nobody is signed in, and must be opened. */
function eventsOf({ triggers }: Workflow, ways: readonly GrantWay[]): readonly string[] {
  if (!ways.includes("event")) return [];
  return triggers.flatMap((trigger) => (trigger.type === "event" ? [trigger.event] : []));
}

/** The hosts as they are kept. */
function checkRequest({ triggers, hosts, expiresAt }: GrantRequest, now: number): readonly string[] {
  if (!(expiresAt > now && expiresAt <= now + grantDaysMax * dayMs)) {
    throw invalid(`a grant lasts more than 0 and at most ${grantDaysMax} days`);
  }
  if (triggers.length === 0 || triggers.some((way) => !grantWays.includes(way))) {
    throw invalid(`\`triggers\` lists at least one of ${grantWays.join(", ")}`);
  }
  if (hosts.length === 0) return [];
  try {
    return checkHosts(hosts);
  } catch (error) {
    throw error instanceof DispatchedError ? invalid(error.message.replace("allowed_hosts", "hosts")) : error;
  }
}

function checkDefinition({ workflow }: Definition, { verify }: GrantRequest): void {
  if (workflow.mode === "attended") {
    throw invalid(`${workflow.name} is attended: its runs wait for somebody to sign in`);
  }
  if (verify && verifyOf(workflow) === null) throw invalid(`${workflow.name} has no \`verify\``);
}

function invalid(message: string): DispatchedError {
  return new DispatchedError("invalid_grant", message);
}

function placeOf(tenant: TenantId, id: GrantId, column: string): Place {
  return { tenant, table: "grant", column, row: id, version: 0 };
}
