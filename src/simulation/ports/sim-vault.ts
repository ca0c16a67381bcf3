// The simulated vault: seals nothing, but binds each value to its key and place, and refuses what was moved.

import { createHmac } from "node:crypto";
import type { MacAlgorithm } from "../../language/workflow.ts";
import type {
  DataKey,
  KeptKey,
  LookupField,
  NewDataKey,
  Place,
  SealedSession,
  SessionTerms,
  TenantKeys,
  Vault,
} from "../../ports/vault.ts";
import { derive32 } from "../../value/derive.ts";
import type { TenantId } from "../../value/id.ts";
import { DispatchedError } from "../../value/problem.ts";
import type { Prng } from "../prng.ts";
import { SimEpochKeys } from "./sim-epoch-keys.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const mark = "\u0000";

function bound(place: Place): string {
  return [place.tenant, place.table, place.column, place.row, place.version].join("/");
}

function damaged(): DispatchedError {
  return new DispatchedError("sealed_data_damaged", "the value was altered or moved");
}

function locked(): DispatchedError {
  return new DispatchedError("locked", "the key of a value is not at hand", { retryable: true });
}

/** What a simulated sealed value holds: for those who judge the disk. */
export function simOpened(sealed: Uint8Array): string {
  const text = decoder.decode(sealed);
  return text.slice(text.indexOf(mark) + 1);
}

export class SimVault implements Vault {
  readonly epochs: SimEpochKeys;
  readonly #prng: Prng;
  /** Wrapping keys of the tenants that are open here. */
  readonly #open = new Map<TenantId, string>();
  /** Those who can be sealed to. */
  readonly #known = new Set<TenantId>();

  constructor(prng: Prng, epochs: SimEpochKeys = new SimEpochKeys({ oldest: 0 })) {
    this.#prng = prng;
    this.epochs = epochs;
  }

  admit(tenant: TenantId, { sealKey }: TenantKeys): void {
    if (sealKey !== null) this.#known.add(tenant);
  }

  knows(tenant: TenantId): boolean {
    return this.isOpen(tenant);
  }

  unlock(tenant: TenantId, keys: TenantKeys, wrappingKey: Uint8Array): TenantKeys {
    const check = wrappingKey.slice();
    if (keys.check !== null && decoder.decode(keys.check) !== decoder.decode(check)) {
      throw new DispatchedError("wrong_key", "another key");
    }
    this.#open.set(tenant, decoder.decode(wrappingKey));
    this.#known.add(tenant);
    return { generation: keys.generation, sealKey: check, check };
  }

  lock(tenant: TenantId): void {
    this.#open.delete(tenant);
  }

  isOpen(tenant: TenantId): boolean {
    return this.#open.has(tenant);
  }

  openTenants(): readonly TenantId[] {
    return [...this.#open.keys()];
  }

  sealSession(tenant: TenantId, { token, expiresAt }: SessionTerms): SealedSession {
    const sealed = encoder.encode(`${tenant} ${token} ${expiresAt} ${this.#open.get(tenant)}`);
    return { sealed, epoch: 0 };
  }

  unlockBySession(
    tenant: TenantId,
    keys: TenantKeys,
    { token, expiresAt }: SessionTerms,
    sealed: Uint8Array,
  ): boolean {
    const head = `${tenant} ${token} ${expiresAt} `;
    const text = decoder.decode(sealed);
    if (!text.startsWith(head)) return false;
    this.unlock(tenant, keys, encoder.encode(text.slice(head.length)));
    return true;
  }

  createKey(
    place: Place,
    { live = false, under = null }: { readonly live?: boolean; readonly under?: DataKey | null } = {},
  ): NewDataKey {
    if (!this.#known.has(place.tenant)) throw locked();
    const id = `${this.#prng.next().toString(36)}${this.#prng.next().toString(36)}`;
    const key = encoder.encode(`${bound(place)} ${under?.id ?? ""}${mark}${id}`);
    return { key: { id }, kept: { key, live: live ? this.wrapLive(place, { id }) : null } };
  }

  /** More than is asked of a vault: what is live must open for the engine, also where the tenant opens it. */

  unwrapKey(place: Place, { key, live }: KeptKey, under: DataKey | null = null): DataKey {
    const [head, id] = decoder.decode(key).split(mark) as [string, string];
    const [where, root] = head.split(" ");
    if (where !== bound(place)) throw damaged();
    const opened = live === null ? null : this.epochs.unwrap(live);
    if (live !== null && opened === null) throw locked();
    if (opened !== null && decoder.decode(opened) !== `${bound(place)}${mark}${id}`) throw damaged();
    if (this.isOpen(place.tenant)) return { id };
    if (under !== null) {
      if (root !== under.id) throw damaged();
      return { id };
    }
    if (live === null) throw locked();
    return { id };
  }

  wrapLive(place: Place, key: DataKey): Uint8Array {
    return this.epochs.wrap(encoder.encode(`${bound(place)}${mark}${key.id}`));
  }

  rewrapLive(place: Place, wrapped: Uint8Array): Uint8Array | null {
    const text = this.epochs.unwrap(wrapped);
    const isHere = text !== null && decoder.decode(text).startsWith(`${bound(place)}${mark}`);
    return isHere ? this.epochs.wrap(text) : null;
  }

  /** With something that differs each time, as a nonce does. */
  seal(key: DataKey, place: Place, plain: Uint8Array): Uint8Array {
    const head = encoder.encode(`${bound(place)} ${key.id} ${this.#prng.next()}${mark}`);
    const sealed = new Uint8Array(head.length + plain.length);
    sealed.set(head);
    sealed.set(plain, head.length);
    return sealed;
  }

  open(key: DataKey, place: Place, sealed: Uint8Array): Uint8Array {
    const end = sealed.indexOf(0);
    const head = decoder.decode(sealed.subarray(0, end));
    if (head.slice(0, head.lastIndexOf(" ")) !== `${bound(place)} ${key.id}`) throw damaged();
    return sealed.slice(end + 1);
  }

  codeBy(key: DataKey, place: Place, text: string): Uint8Array {
    return code(bound(place), key.id, text);
  }

  codeOfRow(fields: Uint8Array): Uint8Array {
    return new Uint8Array([...code(fields.join(), "row", "1"), ...code(fields.join(), "row", "2")]);
  }

  codeOfEntry(fields: Uint8Array): Uint8Array {
    return new Uint8Array([...code(fields.join(), "entry", "1"), ...code(fields.join(), "entry", "2")]);
  }

  hash(tenant: TenantId, field: LookupField, text: string): Uint8Array {
    return code(tenant, field, text);
  }

  isMac(algorithm: MacAlgorithm, secret: string, message: Uint8Array, mac: Uint8Array): boolean {
    return createHmac(algorithm, secret).update(message).digest().equals(mac);
  }
}

function code(...parts: readonly string[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(16));
  for (let part = 0; part < 4; part++) bytes.setUint32(part * 4, derive32(part, ...parts));
  return new Uint8Array(bytes.buffer);
}
