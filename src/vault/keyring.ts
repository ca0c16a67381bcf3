// The keys of tenants at hand here: all of those that are open, what can be sealed to of the others.

import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import type { Entropy } from "../ports/entropy.ts";
import type { TenantKeys } from "../ports/vault.ts";
import { assert } from "../value/assert.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { nonceBytes, openAesGcm, sealAesGcm, tagBytes } from "./aes-gcm.ts";
import type { EngineKey } from "./engine-key.ts";
import { FieldWriter } from "./field-writer.ts";
import { deriveBytes, deriveKey } from "./hkdf.ts";
import { keyIdBytes, type WrappingKey } from "./wrap-key.ts";

/** To what is sealed for a tenant who is not signed in. */
export interface SealTo {
  /** 8 bytes. */
  readonly id: Uint8Array;
  /** X25519. */
  readonly publicKey: KeyObject;
}

interface OpenKeys {
  readonly wrap: WrappingKey;
  /** X25519. */
  readonly sealPrivate: KeyObject;
  /** To seal it for sessions: the one place where it is kept. */
  readonly wrappingKey: KeyObject;
}

interface Entry {
  keys: TenantKeys;
  sealTo: SealTo | null;
  open: OpenKeys | null;
}

const wrappingKeyBytes = 32;
const sessionHeaderBytes = keyIdBytes + nonceBytes;
const sessionBytes = sessionHeaderBytes + wrappingKeyBytes + tagBytes;
/** DER of an X25519 key up to its 32 bytes (RFC 8410, sections 4 and 7). */
const publicKeyPrefix = Buffer.from("302a300506032b656e032100", "hex");
const privateKeyPrefix = Buffer.from("302e020100300506032b656e04220420", "hex");
const writer = new FieldWriter();

export class Keyring {
  readonly #engineKey: EngineKey;
  readonly #entropy: Entropy;
  readonly #entries = new Map<TenantId, Entry>();

  constructor(engineKey: EngineKey, entropy: Entropy) {
    this.#engineKey = engineKey;
    this.#entropy = entropy;
  }

  admit(tenant: TenantId, keys: TenantKeys): void {
    const known = this.#entries.get(tenant);
    const sealTo = keys.sealKey === null ? null : sealToOf(keys.sealKey);
    if (known === undefined) this.#entries.set(tenant, { keys, sealTo, open: null });
    else if (known.open === null || known.keys.generation !== keys.generation) {
      this.#entries.set(tenant, { keys, sealTo, open: known.open });
    }
  }

  unlock(tenant: TenantId, keys: TenantKeys, wrappingKey: Uint8Array): TenantKeys {
    const salt = saltOf(tenant, keys.generation);
    const check = checkOf(wrappingKey);
    const isRight = keys.check === null || equal(keys.check, check);
    if (wrappingKey.length !== wrappingKeyBytes || !isRight) throw wrongKey();
    const seed = deriveBytes(wrappingKey, salt, "seal-kem");
    const sealPrivate = createPrivateKey({
      key: Buffer.concat([privateKeyPrefix, seed]),
      format: "der",
      type: "pkcs8",
    });
    seed.fill(0);
    const exported = createPublicKey(sealPrivate).export({ format: "der", type: "spki" });
    const sealKey = new Uint8Array(exported.subarray(publicKeyPrefix.length));
    const opened: TenantKeys = { generation: keys.generation, sealKey, check };
    const wrap = {
      id: deriveBytes(wrappingKey, salt, "wrap-id").slice(0, keyIdBytes),
      key: deriveKey(wrappingKey, salt, "dek-wrap"),
    };
    const open = { wrap, sealPrivate, wrappingKey: createSecretKey(wrappingKey) };
    this.#entries.set(tenant, { keys: opened, sealTo: sealToOf(sealKey), open });
    return opened;
  }

  lock(tenant: TenantId): void {
    const entry = this.#entries.get(tenant);
    if (entry !== undefined) entry.open = null;
  }

  /** Null while nobody is signed in. */
  openKeys(tenant: TenantId): OpenKeys | null {
    return this.#entries.get(tenant)?.open ?? null;
  }

  openTenants(): readonly TenantId[] {
    return [...this.#entries].flatMap(([tenant, { open }]) => (open === null ? [] : [tenant]));
  }

  sealTo(tenant: TenantId): SealTo | null {
    return this.#entries.get(tenant)?.sealTo ?? null;
  }

  /** Id of the engine's key 8 | nonce 12 | wrapping key 32 | tag 16. */
  sealSession(tenant: TenantId, token: string): Uint8Array {
    const entry = this.#entries.get(tenant);
    assert(entry?.open != null, "a session is of an open tenant");
    const nonce = this.#entropy.bytes(nonceBytes);
    const sealed = new Uint8Array(sessionBytes);
    sealed.set(this.#engineKey.id, 0);
    sealed.set(nonce, keyIdBytes);
    const bound = sessionBound(tenant, entry.keys, this.#engineKey.id);
    const bytes = entry.open.wrappingKey.export();
    sealAesGcm(this.#sessionKey(token), nonce, bound, bytes, sealed, sessionHeaderBytes);
    bytes.fill(0);
    return sealed;
  }

  unlockBySession(tenant: TenantId, keys: TenantKeys, token: string, sealed: Uint8Array): boolean {
    if (sealed.length !== sessionBytes || !equal(sealed.subarray(0, keyIdBytes), this.#engineKey.id)) {
      return false;
    }
    const nonce = sealed.subarray(keyIdBytes, sessionHeaderBytes);
    const bound = sessionBound(tenant, keys, this.#engineKey.id);
    const bytes = openAesGcm(this.#sessionKey(token), nonce, bound, sealed.subarray(sessionHeaderBytes));
    if (bytes === null) return false;
    this.unlock(tenant, keys, bytes);
    bytes.fill(0);
    return true;
  }

  /** HKDF(token ‖ a key derived from the engine's): neither alone opens a session. */
  #sessionKey(token: string): KeyObject {
    const own = this.#engineKey.sessionKey.export();
    const secret = Buffer.concat([Buffer.from(token), own]);
    const key = deriveKey(secret, "engine", "session");
    own.fill(0);
    secret.fill(0);
    return key;
  }
}

/** What the keys derived from a tenant's are salted with: those of two generations, or of two tenants, differ. */
function saltOf(tenant: TenantId, generation: number): string {
  return `${tenant}/${generation}`;
}

function checkOf(wrappingKey: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha256", wrappingKey).update("check").digest());
}

function sealToOf(sealKey: Uint8Array): SealTo {
  const der = Buffer.concat([publicKeyPrefix, sealKey]);
  const id = new Uint8Array(createHash("sha256").update(sealKey).digest().subarray(0, keyIdBytes));
  return { id, publicKey: createPublicKey({ key: der, format: "der", type: "spki" }) };
}

function sessionBound(tenant: TenantId, { generation }: TenantKeys, engineKeyId: Uint8Array): Uint8Array {
  writer.start();
  writer.text("dispatched/v1/session");
  writer.text(tenant);
  writer.count(generation);
  writer.bytes(engineKeyId);
  return writer.finish();
}

function wrongKey(): DispatchedError {
  return new DispatchedError("wrong_key", "the key is not the one that this tenant's data are wrapped with", {
    hint: "sign in with the private key of this tenant",
  });
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
