// What the engine may open while nobody is signed in: the records that active runs may need, and no others.

import type { LiveRecord, LiveRecords as Records } from "../ports/live-records.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { type Definition, type Definitions, definitionLive } from "./definitions.ts";
import { followEpoch } from "./follow-epoch.ts";
import { keptNames } from "./kept-names.ts";
import type { EnginePorts } from "./ports.ts";
import { closedSecret } from "./secrets.ts";
import type { Timer, Timers } from "./timers.ts";

/** From the end of a run until what only it needed is closed, at most. */
const dropMs = 5_000;
const retryMs = 1_000;
/** When one write did not close all. */
const pauseMs = 50;
/** Puts whose node died before it came to what they name: at one sign-in there are few. */
const mendMax = 1_000;
/** Writers that meet here so often are no accident. */
const roundsMax = 16;

export class LiveRecords {
  readonly #ports: EnginePorts;
  readonly #timers: Timers;
  readonly #definitions: Definitions;
  #timer: Timer | null = null;
  #stopped = true;

  constructor(ports: EnginePorts, timers: Timers, definitions: Definitions) {
    this.#ports = ports;
    this.#timers = timers;
    this.#definitions = definitions;
  }

  start(): void {
    this.#stopped = false;
    this.ended();
  }

  stop(): void {
    this.#stopped = true;
  }

  /**
   * Opens the definition to the engine alone, with all that runs of it may need: secrets, and the workflows that it
   * starts with all that those need; and the very versions that runs in the trees of `roots` are of, for those may be
   * undone. Errors: `locked` when something of it cannot be opened here, `workflow_not_found`, `store_unavailable`.
   */
  async ensure(tenant: TenantId, definition: Definition, roots: readonly RunId[] = []): Promise<void> {
    // What was put meanwhile was not named by anything live: nothing is opened then, and the next round finds it.
    for (let round = 0; round < roundsMax; round++) {
      const closed = await this.#closedOf(tenant, definition, roots);
      if (closed.definitions.length + closed.secrets.length === 0) return;
      if (!(await this.#ports.store.keepLive(tenant, closed))) await followEpoch(this.#ports);
    }
    throw new DispatchedError("store_unavailable", "what the run may need is being put by others", {
      retryable: true,
    });
  }

  /** What runs of the definition may need and the engine alone cannot open. */
  async #closedOf(tenant: TenantId, definition: Definition, roots: readonly RunId[]): Promise<Records> {
    const { store, vault } = this.#ports;
    const definitions: LiveRecord[] = [];
    const secrets = new Set<string>(keptNames);
    const first = new Set([definition]);
    for (const root of roots) {
      for (const { name, version } of await store.listTree(tenant, root)) {
        first.add(await this.#definitions.findByHash(tenant, name, version));
      }
    }
    for (const next of await this.reachedFrom(tenant, first)) {
      const row = await store.readDefinition(tenant, next.name, next.workflow.version);
      // Its tenant was deleted meanwhile: it will never be live.
      if (row === null && next === definition) throw gone(definition);
      if (row !== null && row.live === null) definitions.push(definitionLive(vault, row));
      for (const name of next.workflow.names.secrets) secrets.add(name);
    }
    return { definitions, secrets: await this.#closedSecrets(tenant, secrets) };
  }

  /** They, the workflows that they start, and so on. */
  async reachedFrom(tenant: TenantId, first: Iterable<Definition>): Promise<ReadonlySet<Definition>> {
    const reached = new Set(first);
    // What is added while the set is walked is walked, too.
    for (const next of reached) {
      for (const child of await this.#childrenOf(tenant, next)) reached.add(child);
    }
    return reached;
  }

  async #closedSecrets(tenant: TenantId, names: ReadonlySet<string>): Promise<readonly LiveRecord[]> {
    const { store, vault } = this.#ports;
    const closed: LiveRecord[] = [];
    for (const name of names) {
      // One that is put later is kept open then.
      const record = closedSecret(vault, await store.readSecret(tenant, vault.hash(tenant, "secret", name)));
      if (record !== null) closed.push(record);
    }
    return closed;
  }

  /** Opens secrets to the engine alone, by their names. Errors: `locked`. */
  async ensureSecrets(tenant: TenantId, names: ReadonlySet<string>): Promise<void> {
    for (;;) {
      const secrets = await this.#closedSecrets(tenant, names);
      if (secrets.length === 0) return;
      if (await this.#ports.store.keepLive(tenant, { definitions: [], secrets })) return;
      await followEpoch(this.#ports);
    }
  }

  /** Somebody of the tenant has signed in: what a put left closed, whose node died before it came to that, is opened. */
  mend(tenant: TenantId): void {
    this.#mendAll(tenant).catch(() => this.#ports.log.write("warn", "live.mend_failed", {}));
  }

  async #mendAll(tenant: TenantId): Promise<void> {
    for (const { name, version } of await this.#ports.store.listHalfLive(tenant, mendMax)) {
      if (this.#stopped) return;
      await this.ensure(tenant, await this.#definitions.findByHash(tenant, name, version));
    }
  }

  /** A version was put: if active runs may come to need it, so may they what it names. */
  async follow(tenant: TenantId, name: string, version: number): Promise<void> {
    const { store, vault } = this.#ports;
    const row = await store.readDefinition(tenant, vault.hash(tenant, "workflow", name), version);
    if (row?.live != null) await this.ensure(tenant, await this.#definitions.find(tenant, name, version));
  }

  /** A run has ended, or was about to begin: what nobody needs is closed soon. */
  ended(): void {
    this.#dropIn(dropMs);
  }

  #drop(): void {
    this.#timer = null;
    if (this.#stopped) return;
    this.#ports.store.dropLive().then(
      // What is closed in the store is not kept open in memory either.
      (closed) => {
        this.#definitions.forgetLocked();
        if (closed > 0) this.#dropIn(pauseMs);
      },
      () => {
        this.#ports.log.write("warn", "live.drop_failed", {});
        this.#dropIn(retryMs);
      },
    );
  }

  #dropIn(ms: number): void {
    if (this.#stopped || this.#timer !== null) return;
    this.#timer = this.#timers.set(this.#ports.clock.now() + ms, () => this.#drop());
  }

  async #childrenOf(tenant: TenantId, { workflow }: Definition): Promise<readonly Definition[]> {
    const children: Definition[] = [];
    for (const { action } of workflow.steps) {
      if (action.type !== "workflow") continue;
      try {
        children.push(await this.#definitions.latest(tenant, action.name));
        if (action.version !== null)
          children.push(await this.#definitions.find(tenant, action.name, action.version));
      } catch (error) {
        // The step that starts it will say so, should it come to that.
        if (!(error instanceof DispatchedError) || error.retryable) throw error;
      }
    }
    return children;
  }
}

function gone({ workflow }: Definition): DispatchedError {
  return new DispatchedError("workflow_not_found", `${workflow.name} is not there any more`);
}
