// The bodies of one run that stand apart from its events.

import type { DataKey } from "../ports/vault.ts";
import type { Json } from "../value/json.ts";
import type { BodySource, StoredBody } from "../value/stored-body.ts";
import { bodyOfBytes } from "./body-bytes.ts";
import { type BodyOwner, openChunks } from "./body-chunks.ts";
import type { EnginePorts } from "./ports.ts";
import { openRunKey } from "./run-log.ts";
import { sameBytes } from "./same-bytes.ts";

export class RunBodies implements BodySource {
  readonly owner: string;
  readonly #ports: Pick<EnginePorts, "store" | "vault">;
  #of: BodyOwner;
  /** The row's wrap of the key that was read last; null for none. */
  #renewedBy: Uint8Array | null = null;
  readonly #atHand = new Map<number, { readonly body: StoredBody; readonly value: Json }>();

  #holders = 0;

  constructor(ports: Pick<EnginePorts, "store" | "vault">, of: BodyOwner) {
    this.owner = `${of.tenant}/${of.run}`;
    this.#ports = ports;
    this.#of = of;
  }

  atHand({ id }: StoredBody): Json | undefined {
    return this.#atHand.get(id)?.value;
  }

  async load(body: StoredBody): Promise<void> {
    if (this.#atHand.has(body.id)) return;
    this.#atHand.set(body.id, { body, value: bodyOfBytes(body.kind, await this.#bytesOf(body)) });
  }

  async #bytesOf(body: StoredBody): Promise<Uint8Array> {
    const content = new Uint8Array(body.bytes);
    let length = 0;
    for await (const chunk of this.chunks(body)) {
      content.set(chunk, length);
      length += chunk.length;
    }
    return content;
  }

  /** As if it had been loaded. */
  keep(body: StoredBody, value: Json): void {
    this.#atHand.set(body.id, { body, value });
  }

  /** Those with this number and higher ones are not at hand any more. */
  forgetFrom(id: number): void {
    for (const known of [...this.#atHand.keys()]) if (known >= id) this.#atHand.delete(known);
  }

  chunks(body: StoredBody): AsyncIterable<Uint8Array> {
    return openChunks(this.#ports, this.#of, body, (used) => this.#renew(used));
  }

  async #renew(used: DataKey): Promise<DataKey | null> {
    const { tenant, run } = this.#of;
    const row = this.#of.key === used ? await this.#ports.store.readRun(tenant, run) : null;
    // Another body, read at the same time, may have renewed it.
    if (this.#of.key !== used) return this.#of.key;
    if (row === null || (this.#renewedBy !== null && sameBytes(row.key, this.#renewedBy))) return null;
    // Where the tenant is locked this throws, and nothing was renewed.
    this.#of = { tenant, run, key: openRunKey(this.#ports.vault, row) };
    this.#renewedBy = row.key;
    return this.#of.key;
  }

  hold(): void {
    this.#holders++;
  }

  letGo(): void {
    this.#holders--;
    if (this.#holders === 0) this.#atHand.clear();
  }

  /** By their values, those that are at hand. */
  known(): readonly (readonly [value: Json, body: StoredBody])[] {
    return [...this.#atHand.values()].map(({ body, value }) => [value, body] as const);
  }
}
