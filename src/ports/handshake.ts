// The server's half of the handshakes of tenants' devices: two calls, and nothing kept between them.

import type { Confirmation } from "../handshake/confirmation.ts";
import type { Purpose } from "../handshake/prologue.ts";
import type { KeyOwner } from "../handshake/tenant-keys.ts";
import type { Json, JsonObject } from "../value/json.ts";

/** What the store knows of the tenant to whom an API key belongs. */
export interface KnownTenant {
  /** The tenant and its current key generation. */
  readonly owner: KeyOwner;
  /** The public key of the tenant's device, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly recovery: Recovery | null;
}

export interface Recovery {
  /** The public key of the recovery sheet, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The wrapping key of the current generation, sealed to it. */
  readonly sealedKey: Uint8Array;
}

/** A device that has proved its key. */
export interface Confirmed {
  /** As it was when the handshake began: the caller refuses a generation that is no longer current. */
  readonly owner: KeyOwner;
  /** SHA-256 of the API key with which it began: the caller refuses one that was replaced since. */
  readonly apiKey: Uint8Array;
  readonly purpose: Purpose;
  /**
   * 16 bytes in base64url that stand for this handshake alone. The caller stores them uniquely, in the transaction that
   * does what the handshake is for, before it calls `finish`: the same again is a replay and must be refused.
   */
  readonly jti: string;
  /** From then on a replay is refused by itself, and `jti` may be forgotten. Milliseconds since 1970. */
  readonly expiresAt: number;
  /** WK, 32 bytes; the caller erases it. */
  readonly wrappingKey: Uint8Array;
  /** WK of the next generation, 32 bytes, of a handshake that rotates the key; the caller erases it. */
  readonly nextWrappingKey: Uint8Array | null;
  /** Of WK, 32 bytes: the caller compares it, in constant time, with what the tenant's first sign-in left. */
  readonly check: Uint8Array;
  readonly action: JsonObject | null;
  /**
   * The answer's body, with message 4. At most once a handshake, also over all nodes: a second would use a nonce twice.
   * A second call on the same object is a broken invariant.
   */
  finish(confirmation: Confirmation): Json;
}

/**
 * Synchronous, because it only computes. Whatever is wrong is refused alike: a `DispatchedError` with code
 * `handshake_refused`, after the same work.
 */
export interface Handshakes {
  /**
   * The answer to POST /api/session.
   * @param apiKey as it came in the header `Dispatched-Key`, or an empty text
   * @param tenant whose API key it is; null when it is nobody's, which is refused as slowly as a wrong key
   * @param body the request's, parsed; anything may be in it
   * @param nowMs milliseconds since 1970
   */
  begin(apiKey: string, tenant: KnownTenant | null, body: Json, nowMs: number): Json;
  /** Takes the body of POST /api/session/confirm, on any node that has the same engine integrity key. */
  confirm(body: Json, nowMs: number): Confirmed;
}
