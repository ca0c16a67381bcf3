// What the engine may open while nobody is signed in: the records that active runs may need, and no others.

import type { LiveRecord, LiveRecords as Records } from "../ports/store.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { type Definition, type Definitions, definitionLive } from "./definitions.ts";
import type { EnginePorts } from "./ports.ts";
import { closedSecret } from "./secrets.ts";
import type { Timer, Timers } from "./timers.ts";

/** From the end of a run until what only it needed is closed, at most. */
const dropMs = 5_000;
const retryMs = 1_000;

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
   * starts with all that those need. Errors: `locked` when something of it cannot be opened here.
   */
  async ensure(tenant: TenantId, definition: Definition): Promise<void> {
    // What was put meanwhile was not named by anything live: it is found in the next round.
    for (;;) {
      const closed = await this.#closedOf(tenant, definition);
      if (closed.definitions.length + closed.secrets.length === 0) return;
      await this.#ports.store.keepLive(tenant, closed);
    }
  }

  /** What runs of the definition may need and the engine alone cannot open. */
  async #closedOf(tenant: TenantId, definition: Definition): Promise<Records> {
    const { store, vault } = this.#ports;
    const definitions: LiveRecord[] = [];
    const secrets = new Set<string>();
    const reached = new Set([definition]);
    // What is added while the set is walked is walked, too.
    for (const next of reached) {
      const row = await store.readDefinition(tenant, next.name, next.workflow.version);
      if (row !== null && row.live === null) definitions.push(definitionLive(vault, row));
      for (const name of next.workflow.names.secrets) secrets.add(name);
      for (const child of await this.#childrenOf(tenant, next)) reached.add(child);
    }
    return { definitions, secrets: await this.#closedSecrets(tenant, secrets) };
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

  /** A version was put: if active runs may come to need it, so may they what it names. */
  async follow(tenant: TenantId, name: string, version: number): Promise<void> {
    const definition = await this.#definitions.find(tenant, name, version);
    const row = await this.#ports.store.readDefinition(tenant, definition.name, version);
    if (row?.live != null) await this.ensure(tenant, definition);
  }

  /** A run has ended: what only it needed is closed soon. */
  ended(): void {
    if (this.#stopped || this.#timer !== null) return;
    this.#timer = this.#timers.set(this.#ports.clock.now() + dropMs, () => this.#drop());
  }

  #drop(): void {
    this.#timer = null;
    if (this.#stopped) return;
    this.#ports.store.dropLive().catch(() => {
      this.#ports.log.write("warn", "live.drop_failed", {});
      if (this.#stopped || this.#timer !== null) return;
      this.#timer = this.#timers.set(this.#ports.clock.now() + retryMs, () => this.#drop());
    });
  }

  async #childrenOf(tenant: TenantId, { workflow }: Definition): Promise<readonly Definition[]> {
    const children: Definition[] = [];
    for (const { action } of workflow.steps) {
      if (action.type !== "workflow") continue;
      try {
        children.push(await this.#definitions.find(tenant, action.name, action.version));
      } catch (error) {
        // The step that starts it will say so, should it come to that.
        if (!(error instanceof DispatchedError) || error.retryable) throw error;
      }
    }
    return children;
  }
}
