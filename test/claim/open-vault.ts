// A vault that seals nothing: with it a search finds what it would find if sealing were forgotten.

import { createHash, createHmac } from "node:crypto";
import type {
  DataKey,
  KeptKey,
  LookupField,
  Place,
  Succession,
  TenantKeys,
  Vault,
} from "../../src/ports/vault.ts";
import type { TenantId } from "../../src/value/id.ts";
import { DispatchedError } from "../../src/value/problem.ts";

const none: DataKey = { id: "none" };
const live = () => new Uint8Array(9);

/** It knows who is signed in, so that everything takes the same ways. */
export class OpenVault implements Vault {
  readonly #open = new Set<TenantId>();
  readonly epochs = {
    oldest: 0,
    advanceTo: () => {},
    id: () => new Uint8Array(8),
    ratchetTo: () => {},
  };

  admit(): void {}

  knows(): boolean {
    return true;
  }

  unlock(tenant: TenantId, keys: TenantKeys): TenantKeys {
    this.#open.add(tenant);
    return keys;
  }

  lock(tenant: TenantId): void {
    this.#open.delete(tenant);
  }

  isOpen(tenant: TenantId): boolean {
    return this.#open.has(tenant);
  }

  openTenants(): readonly TenantId[] {
    return [...this.#open];
  }

  succeed(_tenant: TenantId, wrappingKey: Uint8Array): Succession {
    const check = wrappingKey.slice();
    const previous = { generation: 1, sealed: new Uint8Array(1) };
    const keys = { generation: 2, sealKey: new Uint8Array(32), check, previous };
    return { keys, marks: [new Uint8Array(9)], recovery: null };
  }

  opensBoth(): boolean {
    return true;
  }

  wrapForTenant(): Uint8Array {
    return new Uint8Array(1);
  }

  sealForRecovery(): Uint8Array {
    return new Uint8Array(1);
  }

  forgetPrevious(): void {}

  rewrap(): null {
    return null;
  }

  sealSession() {
    return { sealed: new Uint8Array(1), epoch: 0 };
  }

  unlockBySession(tenant: TenantId): boolean {
    this.#open.add(tenant);
    return true;
  }

  createKey(_place: Place, options: { readonly live?: boolean } = {}) {
    return { key: none, kept: { key: new Uint8Array(1), live: options.live === true ? live() : null } };
  }

  wrapLive(): Uint8Array {
    return live();
  }

  rewrapLive(_place: Place, wrapped: Uint8Array): Uint8Array {
    return wrapped;
  }

  unwrapKey({ tenant }: Place, kept: KeptKey, under: DataKey | null = null): DataKey {
    if (this.isOpen(tenant) || kept.live !== null || under !== null) return none;
    throw new DispatchedError("locked", "nobody is signed in", { retryable: true });
  }

  seal(_key: DataKey, _place: Place, plain: Uint8Array): Uint8Array {
    return plain;
  }

  open(_key: DataKey, _place: Place, sealed: Uint8Array): Uint8Array {
    return sealed;
  }

  codeBy(): Uint8Array {
    return new Uint8Array(16);
  }

  codeOfEntry(): Uint8Array {
    return new Uint8Array(32);
  }

  codeOfRow(): Uint8Array {
    return new Uint8Array(32);
  }

  /** Of callbacks it is part of an address, which has its size. */
  hash(_tenant: TenantId, field: LookupField, text: string): Uint8Array {
    if (field === "callback") return new Uint8Array(createHash("md5").update(text).digest());
    return new Uint8Array(Buffer.from(text));
  }

  isMac(): boolean {
    return true;
  }

  mac(key: Uint8Array, message: Uint8Array): Uint8Array {
    return createHmac("sha256", key).update(message).digest();
  }

  digest(bytes: Uint8Array): Uint8Array {
    return createHash("sha256").update(bytes).digest();
  }

  hasher(): ReturnType<Vault["hasher"]> {
    const hash = createHash("sha256");
    return { add: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
  }
}
