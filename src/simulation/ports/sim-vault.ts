// The simulated vault: seals nothing, but binds each value to its key and place, and refuses what was moved.

import type { DataKey, LookupField, NewDataKey, Place, Vault } from "../../ports/vault.ts";
import { derive32 } from "../../value/derive.ts";
import type { TenantId } from "../../value/id.ts";
import { DispatchedError } from "../../value/problem.ts";
import type { Prng } from "../prng.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const mark = "\u0000";

function bound(place: Place): string {
  return [place.tenant, place.table, place.column, place.row, place.version].join("/");
}

function damaged(): DispatchedError {
  return new DispatchedError("sealed_data_damaged", "the value was altered or moved");
}

/** What a simulated sealed value holds: for those who judge the disk. */
export function simOpened(sealed: Uint8Array): string {
  const text = decoder.decode(sealed);
  return text.slice(text.indexOf(mark) + 1);
}

export class SimVault implements Vault {
  readonly #prng: Prng;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  createKey(place: Place): NewDataKey {
    const id = `${this.#prng.next().toString(36)}${this.#prng.next().toString(36)}`;
    return { key: { id }, wrapped: encoder.encode(`${bound(place)}${mark}${id}`) };
  }

  unwrapKey(place: Place, wrapped: Uint8Array): DataKey {
    return { id: this.#take(bound(place), wrapped) };
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

  hash(tenant: TenantId, field: LookupField, text: string): Uint8Array {
    const bytes = new DataView(new ArrayBuffer(16));
    for (let part = 0; part < 4; part++) bytes.setUint32(part * 4, derive32(part, tenant, field, text));
    return new Uint8Array(bytes.buffer);
  }

  #take(head: string, wrapped: Uint8Array): string {
    const text = decoder.decode(wrapped);
    const end = text.indexOf(mark);
    if (text.slice(0, end) !== head) throw damaged();
    return text.slice(end + 1);
  }
}
