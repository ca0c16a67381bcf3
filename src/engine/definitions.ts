// Workflow definitions: checked when they are put, sealed in the store, compiled once in memory.

import { luaProblems } from "../language/lua-problems.ts";
import type { parseWorkflow } from "../language/parse-workflow.ts";
import type { DocumentProblem, RunBounds, Workflow } from "../language/workflow.ts";
import type { LiveRecord } from "../ports/live-records.ts";
import type { DefinitionRow, Page } from "../ports/store.ts";
import type { Place, Vault } from "../ports/vault.ts";
import { assert } from "../value/assert.ts";
import type { TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Audit } from "./audit.ts";
import type { AuditActor } from "./audit-entry.ts";
import { workflowDeleted } from "./birth-refused.ts";
import { definitionTag } from "./definition-tag.ts";
import type {
  DeletedWorkflow,
  DocumentFormat,
  EngineApi,
  StoredWorkflow,
  WorkflowPut,
} from "./engine-api.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";
import { followEpoch } from "./follow-epoch.ts";
import { followKey } from "./follow-key.ts";
import { hex } from "./hex.ts";
import { keptNames } from "./kept-names.ts";
import { keyRotated } from "./key-rotated.ts";
import { openFresh } from "./open-fresh.ts";
import { defaultOptions, type EngineOptions } from "./options.ts";
import type { EnginePorts } from "./ports.ts";
import { triggersOf } from "./triggers.ts";
import { topicHash } from "./unit-extra.ts";
import { versionConflict } from "./version-conflict.ts";

export interface Definition {
  readonly workflow: Workflow;
  /** Keyed hash of its bytes, hexadecimal. */
  readonly hash: string;
  /** Keyed hash of its name. */
  readonly name: Uint8Array;
  /** It reads `trigger.raw_body`, so that runs must record it. */
  readonly readsRawBody: boolean;
}

type Precondition = (tag: string | null) => boolean;
type Put = Parameters<EngineApi["putWorkflow"]>[1];

/** Compiled definitions kept in memory; the one compiled first goes first. */
const compiledMax = 1_000;
/** How long this node may go on with the highest version that it knows after another node stored a higher one. */
const freshMs = 1_000;

interface StoredPut {
  readonly text: string;
  readonly format: DocumentFormat;
  readonly by: AuditActor;
  /** The highest version must be this one (0: there is none); null for whatever it is. */
  readonly expected: number | null;
}

/** A rotation of the tenant's key begins between sealing and storing once, if ever. */
const triesMax = 3;

interface Highest {
  readonly version: number;
  readonly knownAt: number;
}

export class Definitions {
  readonly #ports: EnginePorts;
  readonly #audit: Audit;
  readonly #bounds: RunBounds | null;
  readonly #parse: typeof parseWorkflow;
  readonly #compiled = new Map<string, Definition>();
  readonly #highest = new Map<string, Highest>();
  /** Keyed hashes of names: a hash costs more than the rest of finding a definition. */
  readonly #names = new Map<string, Uint8Array>();

  constructor(
    ports: EnginePorts,
    audit: Audit,
    options: Pick<EngineOptions, "runBounds" | "parse"> = defaultOptions,
  ) {
    this.#bounds = options.runBounds;
    this.#parse = options.parse;
    this.#ports = ports;
    this.#audit = audit;
  }

  async put(tenant: TenantId, put: Put, by: AuditActor): Promise<Omit<WorkflowPut, "endedGrant">> {
    const { name, text, format, dryRun } = put;
    const expected =
      put.precondition === undefined ? null : await this.#expected(tenant, name ?? "", put.precondition);
    const parsed = this.#parse(text, format);
    if (!parsed.ok) throw invalidDocument(parsed.problems);
    const { workflow, warnings } = parsed;
    if (name !== null && name !== workflow.name) {
      throw new DispatchedError("name_mismatch", `the document's name is ${workflow.name}, not ${name}`, {
        hint: `put it to /api/workflows/${workflow.name}`,
      });
    }
    const wrong = await luaProblems(parsed.lua, (source) => this.#ports.sandbox.checkLua(tenant, source));
    if (wrong.length > 0) throw invalidDocument(wrong);
    const { version } = workflow;
    const content = contentOf(this.#ports.vault, tenant, text, format);
    const result = { name: workflow.name, version, tag: definitionTag({ version, content }), warnings };
    if (dryRun) {
      await this.#requireStorable(tenant, workflow, content);
      return { status: "valid", ...result };
    }
    const status = await this.#store(tenant, workflow, { text, format, by, expected });
    if (status === "highest_moved") throw preconditionFailed(workflow.name);
    if (status === "deleted" || status === "conflict") {
      const highest = await this.#read(tenant, workflow.name, this.#hashOf(tenant, workflow.name), null);
      if (status === "conflict") throw versionConflict(workflow, highest.version);
      throw workflowDeleted(workflow.name, highest.version);
    }
    this.#highest.delete(`${tenant}/${workflow.name}`);
    return { status, ...result };
  }

  /**
   * Gives the highest version, and when it was deleted: now, or before. Errors: `workflow_not_found`, `precondition_failed`.
   */
  async delete(
    tenant: TenantId,
    name: string,
    by: AuditActor,
    precondition?: Precondition,
  ): Promise<DeletedWorkflow> {
    const { store, clock } = this.#ports;
    const hash = this.#hashOf(tenant, name);
    const row = await this.#read(tenant, name, hash, null);
    const { version } = row;
    if (precondition?.(definitionTag(row)) === false) throw preconditionFailed(name);
    const expected = precondition === undefined ? undefined : version;
    const draft = { action: "workflow.deleted", by, fields: { version }, texts: { workflow: name } } as const;
    const at = clock.now();
    const deleted = await this.#audit.with(tenant, draft, (append) =>
      store.deleteDefinition(tenant, hash, at, append, expected),
    );
    if (deleted === "highest_moved") throw preconditionFailed(name);
    return { name, version, deletedAt: (await store.readDeletion(tenant, hash)) ?? at };
  }

  /** Errors: `workflow_deleted`. */
  async requireThere(tenant: TenantId, name: string): Promise<void> {
    if ((await this.#ports.store.readDeletion(tenant, this.#hashOf(tenant, name))) !== null) {
      throw workflowDeleted(name);
    }
  }

  /** What storing it would be refused for now. Errors: `workflow_deleted`, `version_conflict`. */
  async #requireStorable(tenant: TenantId, workflow: Workflow, content: Uint8Array): Promise<void> {
    const { store } = this.#ports;
    const hash = this.#hashOf(tenant, workflow.name);
    const highest = await store.readDefinition(tenant, hash, null);
    if (highest === null || workflow.version > highest.version) return;
    if ((await store.readDeletion(tenant, hash)) !== null)
      throw workflowDeleted(workflow.name, highest.version);
    const stored = await store.readDefinition(tenant, hash, workflow.version);
    if (stored !== null && hex(stored.content) !== hex(content))
      throw versionConflict(workflow, highest.version);
  }

  /** Sealed anew when the tenant's key was rotated meanwhile. */
  async #store(tenant: TenantId, workflow: Workflow, { text, format, by, expected }: StoredPut) {
    const { store, vault } = this.#ports;
    const { version, name } = workflow;
    const draft = { action: "workflow.put", by, fields: { version }, texts: { workflow: name } } as const;
    for (let tries = 0; tries < triesMax; tries++) {
      const row = this.#seal(tenant, workflow, text, format);
      // One moment parts the due times of the version before from those of this one.
      const triggers = triggersOf(vault, tenant, workflow, row.name, row.createdAt);
      const status = await this.#audit.with(tenant, draft, (append) =>
        store.putDefinition(row, triggers, append, expected ?? undefined),
      );
      if (status === "stale_epoch") await followEpoch(this.#ports);
      else if (status === "stale_key") await followKey(this.#ports, tenant);
      else return status;
    }
    throw keyRotated();
  }

  /** The highest version when the precondition holds for it. Errors: `precondition_failed`. */
  async #expected(tenant: TenantId, name: string, holds: Precondition): Promise<number> {
    const row = await this.#ports.store.readDefinition(tenant, this.#hashOf(tenant, name), null);
    if (holds(row === null ? null : definitionTag(row))) return row?.version ?? 0;
    throw preconditionFailed(name);
  }

  /** The compiled definition to run: the given version, or the highest. */
  async find(tenant: TenantId, name: string, version: number | null): Promise<Definition> {
    const nameHash = this.#hashOf(tenant, name);
    const place = `${tenant}/${name}`;
    const wanted = version ?? this.#freshHighest(place);
    if (wanted !== null) {
      const compiled = this.#compiled.get(`${place}/${wanted}`);
      if (compiled !== undefined) return compiled;
    }
    const row = await this.#read(tenant, name, nameHash, version);
    if (version === null) {
      this.#highest.set(place, { version: row.version, knownAt: this.#ports.clock.now() });
      const compiled = this.#compiled.get(`${place}/${row.version}`);
      if (compiled !== undefined) return compiled;
    }
    return this.#openFresh(row, (fresh) => this.#compile(place, fresh));
  }

  /** By the keyed hash of its name. Errors: `workflow_not_found`, `locked`. */
  async findByHash(tenant: TenantId, hash: Uint8Array, version: number | null): Promise<Definition> {
    const row = await this.#ports.store.readDefinition(tenant, hash, version);
    if (row === null) throw new DispatchedError("workflow_not_found", "the workflow is not there any more");
    const place = `${tenant}/${this.#open(row).name}`;
    return this.#compiled.get(`${place}/${row.version}`) ?? this.#compile(place, row);
  }

  /** The name of which this is the keyed hash; null for none. Errors: `locked`. */
  async nameOf(tenant: TenantId, hash: Uint8Array): Promise<string | null> {
    const row = await this.#ports.store.readDefinition(tenant, hash, null);
    return row === null ? null : this.#open(row).name;
  }

  /** The highest version that is stored now, whatever this node knew. */
  latest(tenant: TenantId, name: string): Promise<Definition> {
    this.#highest.delete(`${tenant}/${name}`);
    return this.find(tenant, name, null);
  }

  async get(tenant: TenantId, name: string, version: number | null): Promise<StoredWorkflow> {
    const nameHash = this.#ports.vault.hash(tenant, "workflow", name);
    const opened = await this.#openFresh(await this.#read(tenant, name, nameHash, version), (row) =>
      this.#open(row),
    );
    return { ...opened, deletedAt: await this.#ports.store.readDeletion(tenant, nameHash) };
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<StoredWorkflow>> {
    return this.#openPage(await this.#ports.store.listDefinitions(tenant, cursor, limit));
  }

  async versions(
    tenant: TenantId,
    name: string,
    cursor: string | null,
    limit: number,
  ): Promise<Page<StoredWorkflow>> {
    const nameHash = this.#ports.vault.hash(tenant, "workflow", name);
    await this.#read(tenant, name, nameHash, null);
    return this.#openPage(await this.#ports.store.listVersions(tenant, nameHash, cursor, limit));
  }

  /** Drops what is kept in memory of the tenant, names and documents in clear. */
  forget(tenant: TenantId): void {
    this.#forget((owner) => owner === tenant);
  }

  /** The same, of every tenant that is not signed in: what its active runs need is read again. */
  forgetLocked(): void {
    this.#forget((owner) => !this.#ports.vault.isOpen(owner));
  }

  #forget(isForgotten: (owner: TenantId) => boolean): void {
    for (const cache of [this.#compiled, this.#highest, this.#names]) {
      for (const place of [...cache.keys()]) {
        if (isForgotten(place.slice(0, place.indexOf("/")) as TenantId)) cache.delete(place);
      }
    }
  }

  #hashOf(tenant: TenantId, name: string): Uint8Array {
    const place = `${tenant}/${name}`;
    const hash = this.#names.get(place) ?? this.#ports.vault.hash(tenant, "workflow", name);
    if (this.#names.size >= compiledMax) this.#names.clear();
    this.#names.set(place, hash);
    return hash;
  }

  #freshHighest(place: string): number | null {
    const highest = this.#highest.get(place);
    if (highest === undefined || highest.knownAt + freshMs < this.#ports.clock.now()) return null;
    return highest.version;
  }

  async #read(
    tenant: TenantId,
    name: string,
    nameHash: Uint8Array,
    version: number | null,
  ): Promise<DefinitionRow> {
    const { store } = this.#ports;
    const row = await store.readDefinition(tenant, nameHash, version);
    if (row !== null) return row;
    if (version !== null && (await store.readDefinition(tenant, nameHash, null)) !== null) {
      throw new DispatchedError("version_not_found", `${name} has no version ${version}`);
    }
    throw new DispatchedError("workflow_not_found", `there is no workflow ${name}`);
  }

  #seal(tenant: TenantId, workflow: Workflow, text: string, format: DocumentFormat): DefinitionRow {
    const { vault, clock } = this.#ports;
    const name = vault.hash(tenant, "workflow", workflow.name);
    const { version } = workflow;
    const { key, kept } = vault.createKey(placeOf(tenant, name, version, "key"), { live: true });
    const { description } = workflow;
    const plain = encodeJson({ name: workflow.name, description, format, text });
    return {
      tenant,
      name,
      version,
      content: contentOf(vault, tenant, text, format),
      ...kept,
      sealed: vault.seal(key, placeOf(tenant, name, version, "sealed"), plain),
      createdAt: clock.now(),
      names: namesOf(vault, tenant, workflow),
    };
  }

  #open(row: DefinitionRow): StoredWorkflow {
    const { vault } = this.#ports;
    const { tenant, name, version, createdAt } = row;
    const key = vault.unwrapKey(placeOf(tenant, name, version, "key"), row);
    const plain = decodeJson(vault.open(key, placeOf(tenant, name, version, "sealed"), row.sealed));
    const opened = plain as JsonObject;
    return {
      name: opened["name"] as string,
      version,
      description: opened["description"] as string | null,
      format: opened["format"] as DocumentFormat,
      text: opened["text"] as string,
      createdAt,
      tag: definitionTag(row),
      deletedAt: null,
    };
  }

  #openFresh<Opened>(row: DefinitionRow, open: (row: DefinitionRow) => Opened): Promise<Opened> {
    const { tenant, name, version } = row;
    return openFresh(row, open, () => this.#ports.store.readDefinition(tenant, name, version));
  }

  #openPage(page: Page<DefinitionRow>): Page<StoredWorkflow> {
    return { rows: page.rows.map((row) => this.#open(row)), next: page.next };
  }

  #compile(place: string, row: DefinitionRow): Definition {
    const { text, format } = this.#open(row);
    const parsed = this.#parse(text, format, { stored: true });
    assert(parsed.ok, "a stored document was checked when it was put");
    const definition: Definition = {
      workflow: this.#bounds === null ? parsed.workflow : { ...parsed.workflow, bounds: this.#bounds },
      hash: hex(row.content),
      name: row.name,
      readsRawBody: text.includes("raw_body"),
    };
    this.#compiled.set(`${place}/${row.version}`, definition);
    const oldest = this.#compiled.keys().next();
    if (this.#compiled.size > compiledMax && !oldest.done) this.#compiled.delete(oldest.value);
    return definition;
  }
}

function contentOf(vault: Vault, tenant: TenantId, text: string, format: DocumentFormat): Uint8Array {
  return vault.hash(tenant, "definition", `${format}\n${text}`);
}

function invalidDocument(problems: readonly DocumentProblem[]): DispatchedError {
  const count = problems.length;
  const message = `the document has ${count} problem${count === 1 ? "" : "s"}`;
  return new DispatchedError("invalid_document", message, { extra: { problems } });
}

function preconditionFailed(name: string): DispatchedError {
  return new DispatchedError("precondition_failed", `${name} is not what the request expects it to be`, {
    hint: `read it again: GET /api/workflows/${name} tells its ETag`,
  });
}

/** Keyed hashes of all that it names. */
function namesOf(vault: Vault, tenant: TenantId, { names }: Workflow): readonly Uint8Array[] {
  return [
    ...[...names.secrets, ...keptNames].map((name) => vault.hash(tenant, "secret", name)),
    ...names.workflows.map((name) => vault.hash(tenant, "workflow", name)),
    ...names.events.map((type) => topicHash(vault, tenant, type, null)),
  ];
}

/** The row's key as the engine alone may open it. Errors: `locked`. */
export function definitionLive(vault: Vault, row: DefinitionRow): LiveRecord {
  const { tenant, name, version } = row;
  const place = placeOf(tenant, name, version, "key");
  return { name, version, key: row.key, live: vault.wrapLive(place, vault.unwrapKey(place, row)) };
}

function placeOf(tenant: TenantId, name: Uint8Array, version: number, column: string): Place {
  return { tenant, table: "definition", column, row: hex(name), version };
}
