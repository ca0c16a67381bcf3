// A data key in memory: named by its id, its bytes out of sight.

import { createSecretKey, type KeyObject } from "node:crypto";
import type { DataKey } from "../ports/vault.ts";
import { assert } from "../value/assert.ts";

export class HeldKey implements DataKey {
  readonly id: string;
  readonly #idBytes: Uint8Array;
  readonly #secret: KeyObject;

  /** Erases `bytes`. */
  constructor(idBytes: Uint8Array, bytes: Uint8Array) {
    this.id = Buffer.from(idBytes).toString("hex");
    this.#idBytes = idBytes;
    this.#secret = createSecretKey(bytes);
    bytes.fill(0);
  }

  /** 8 bytes. */
  get idBytes(): Uint8Array {
    return this.#idBytes;
  }

  get secret(): KeyObject {
    return this.#secret;
  }
}

export function asHeld(key: DataKey): HeldKey {
  assert(key instanceof HeldKey, "a data key comes from this vault");
  return key;
}
