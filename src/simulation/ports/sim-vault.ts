// The simulated vault: seals nothing, but binds each value to its key and place, and refuses what was moved.

import { createHash, createHmac } from "node:crypto";
import type { MacAlgorithm } from "../../language/workflow.ts";
import type {
  DataKey,
  KeptKey,
  LookupField,
  NewDataKey,
  Place,
  SealedSession,
  SessionTerms,
  Succession,
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
const markBytes = 9;

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

/** How a key begins that was wrapped under this wrapping key: 2 by who is signed in, 3 for who is not. */
export function simMark(kind: 2 | 3, tenant: TenantId, wrappingKey: string): Uint8Array {
  return Uint8Array.of(kind, ...code(tenant, "mark", wrappingKey).subarray(0, markBytes - 1));
}

/** Wrapping keys, as text. */
interface KnownKeys {
  readonly generation: number;
  readonly current: string;
}

interface OpenKeys extends KnownKeys {
  readonly previous: string | null;
}

interface Wrapped {
  readonly mark: string;
  readonly place: string;
  /** Id of the key of the run at the top; empty for none. */
  readonly root: string;
  readonly id: string;
}

/** A key is what names its wrap, then the place, the root and the id of the key itself. */
function wrapped(markOf: Uint8Array, place: string, root: string, id: string): Uint8Array {
  return new Uint8Array([...markOf, ...encoder.encode(`${place} ${root}${mark}${id}`)]);
}

function partWrapped(key: Uint8Array): Wrapped {
  const [head = "", id = ""] = decoder.decode(key.subarray(markBytes)).split(mark);
  const [place = "", root = ""] = head.split(" ");
  return { mark: key.subarray(0, markBytes).join(), place, root, id };
}

/** Ids of data keys, as a wrap, a live wrap and a sealed value name them: for those who judge the disk. */
export function simKeyId(key: Uint8Array): string {
  return partWrapped(key).id;
}

/** Behind the nine bytes that say what wrapped it. */
export function simLiveId(live: Uint8Array): string {
  return decoder.decode(live.subarray(9)).split(mark)[1] ?? "";
}

export function simSealedBy(sealed: Uint8Array): string {
  return (
    decoder
      .decode(sealed.subarray(0, sealed.indexOf(0)))
      .split(" ")
      .at(-2) ?? ""
  );
}

export class SimVault implements Vault {
  readonly epochs: SimEpochKeys;
  readonly #prng: Prng;
  readonly #open = new Map<TenantId, OpenKeys>();
  /** Who can be sealed to. */
  readonly #known = new Map<TenantId, KnownKeys>();

  constructor(prng: Prng, epochs: SimEpochKeys = new SimEpochKeys({ oldest: 0 })) {
    this.#prng = prng;
    this.epochs = epochs;
  }

  admit(tenant: TenantId, { generation, sealKey }: TenantKeys): void {
    if (sealKey === null || this.isOpen(tenant)) return;
    if (generation < (this.#known.get(tenant)?.generation ?? 0)) return;
    this.#known.set(tenant, { generation, current: decoder.decode(sealKey) });
  }

  knows(tenant: TenantId): boolean {
    return this.#known.has(tenant);
  }

  unlock(tenant: TenantId, keys: TenantKeys, wrappingKey: Uint8Array): TenantKeys {
    const { generation, previous } = keys;
    const check = wrappingKey.slice();
    const isOther = keys.check !== null && decoder.decode(keys.check) !== decoder.decode(check);
    if (isOther || generation < (this.#known.get(tenant)?.generation ?? 0)) {
      throw new DispatchedError("wrong_key", "another key");
    }
    const current = decoder.decode(wrappingKey);
    const before = previous === undefined ? null : this.#openPrevious(tenant, current, previous.sealed);
    this.#open.set(tenant, { generation, current, previous: before });
    this.#known.set(tenant, { generation, current });
    return { generation, sealKey: check, check };
  }

  succeed(tenant: TenantId, wrappingKey: Uint8Array): Succession {
    const open = this.#open.get(tenant);
    if (open === undefined) throw locked();
    const current = decoder.decode(wrappingKey);
    const sealed = encoder.encode(`${tenant} ${current}${mark}${open.current}`);
    const previous = { generation: open.generation, sealed };
    const check = wrappingKey.slice();
    return {
      keys: { generation: open.generation + 1, sealKey: check, check, previous },
      marks: [simMark(2, tenant, current), simMark(3, tenant, current)],
      recovery: null,
    };
  }

  sealForRecovery(): Uint8Array {
    throw locked();
  }

  opensBoth(tenant: TenantId, generation: number): boolean {
    const open = this.#open.get(tenant);
    return open !== undefined && open.generation === generation && open.previous !== null;
  }

  forgetPrevious(tenant: TenantId, generation: number): void {
    const open = this.#open.get(tenant);
    if (open?.generation === generation) this.#open.set(tenant, { ...open, previous: null });
  }

  /** By which it is open here, or known; 0 for none. */
  generationOf(tenant: TenantId): number {
    return this.#open.get(tenant)?.generation ?? this.#known.get(tenant)?.generation ?? 0;
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
    const sealed = encoder.encode(`${tenant} ${token} ${expiresAt} ${this.#open.get(tenant)?.current}`);
    return { sealed, epoch: this.epochs.current };
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
    const own = this.#ownMark(place.tenant);
    const id = `${this.#prng.next().toString(36)}${this.#prng.next().toString(36)}`;
    const key = wrapped(own, bound(place), under?.id ?? "", id);
    return { key: { id }, kept: { key, live: live ? this.wrapLive(place, { id }) : null } };
  }

  /** More than is asked of a vault: what is live must open for the engine, also where the tenant opens it. */
  unwrapKey(place: Place, { key, live }: KeptKey, under: DataKey | null = null): DataKey {
    const { place: where, root, id, mark: markOf } = partWrapped(key);
    if (where !== bound(place)) throw damaged();
    const opened = live === null ? null : this.epochs.unwrap(live);
    if (live !== null && opened === null) throw locked();
    if (opened !== null && decoder.decode(opened) !== `${bound(place)}${mark}${id}`) throw damaged();
    if (this.#opens(place.tenant, markOf)) return { id };
    if (under !== null) {
      if (root !== under.id) throw locked();
      return { id };
    }
    if (live === null) throw locked();
    return { id };
  }

  rewrap(place: Place, key: Uint8Array, under: DataKey | null = null): Uint8Array | null {
    const open = this.#open.get(place.tenant);
    if (open === undefined) throw locked();
    const { place: where, root, id, mark: markOf } = partWrapped(key);
    if (where !== bound(place)) throw damaged();
    const own = simMark(2, place.tenant, open.current);
    if (markOf === own.join() && (under === null || under.id === root)) return null;
    if (!this.#opens(place.tenant, markOf)) throw locked();
    return wrapped(own, where, under?.id ?? root, id);
  }

  wrapForTenant(place: Place, { id }: DataKey, before: Uint8Array): Uint8Array {
    const { place: where, root, id: kept } = partWrapped(before);
    if (where !== bound(place) || kept !== id) throw damaged();
    return wrapped(this.#ownMark(place.tenant), where, root, id);
  }

  wrapLive(place: Place, key: DataKey): Uint8Array {
    return this.epochs.wrap(encoder.encode(`${bound(place)}${mark}${key.id}`));
  }

  rewrapLive(place: Place, wrapped: Uint8Array): Uint8Array | null {
    const text = this.epochs.unwrap(wrapped);
    const isHere = text !== null && decoder.decode(text).startsWith(`${bound(place)}${mark}`);
    return isHere ? this.epochs.wrap(text) : null;
  }

  #ownMark(tenant: TenantId): Uint8Array {
    const known = this.#known.get(tenant);
    if (known === undefined) throw locked();
    return simMark(this.isOpen(tenant) ? 2 : 3, tenant, known.current);
  }

  #opens(tenant: TenantId, markOf: string): boolean {
    const open = this.#open.get(tenant);
    if (open === undefined) return false;
    return [open.current, open.previous].some(
      (one) => one !== null && ([2, 3] as const).some((kind) => simMark(kind, tenant, one).join() === markOf),
    );
  }

  #openPrevious(tenant: TenantId, current: string, sealed: Uint8Array): string {
    const [head, previous] = decoder.decode(sealed).split(mark);
    if (head !== `${tenant} ${current}` || previous === undefined) throw damaged();
    return previous;
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
    return simHash(tenant, field, text);
  }

  isMac(algorithm: MacAlgorithm, key: Uint8Array, message: Uint8Array, mac: Uint8Array): boolean {
    return createHmac(algorithm, key).update(message).digest().equals(mac);
  }

  mac(key: Uint8Array, message: Uint8Array): Uint8Array {
    return new Uint8Array(createHmac("sha256", key).update(message).digest());
  }

  digest(bytes: Uint8Array): Uint8Array {
    return new Uint8Array(createHash("sha256").update(bytes).digest());
  }

  hasher(): ReturnType<Vault["hasher"]> {
    const hash = createHash("sha256");
    return { add: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  }
}

export function simHash(tenant: string, field: LookupField, text: string): Uint8Array {
  return code(tenant, field, text);
}

function code(...parts: readonly string[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(16));
  for (let part = 0; part < 4; part++) bytes.setUint32(part * 4, derive32(part, ...parts));
  return new Uint8Array(bytes.buffer);
}
