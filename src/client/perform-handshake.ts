// A handshake from the device's side, over HTTP: two requests, after which both sides have proved their keys.

import type { Confirmation } from "../handshake/confirmation.ts";
import { nobleSuite } from "../handshake/noble-suite.ts";
import type { Purpose } from "../handshake/prologue.ts";
import { beginSignIn } from "../handshake/sign-in.ts";
import type { TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { askJson } from "./ask-json.ts";
import { ClientError } from "./client-error.ts";
import { type Device, readKey, systemRandomness } from "./device.ts";
import { generationOf } from "./generation-of.ts";
import { originOf } from "./origin-of.ts";
import { notTrusted, requirePinned } from "./require-pinned.ts";

/** What a handshake is to do, besides signing in. */
export interface HandshakeOrder {
  readonly action?: JsonObject;
  /** Of a handshake that rotates the key: 32 bytes. */
  readonly nextWrappingKey?: Uint8Array;
  /** `drec1_…`, in the place of the device's private key. */
  readonly recoveryKey?: string;
}

/**
 * Asks for the generation first where the device does not know it. Errors: `invalid_key_text`; `server_not_trusted`, when another than the pinned server answers; the server's own, such as
 * `handshake_refused` and `too_many_attempts`.
 */
export async function performHandshake(
  device: Device,
  purpose: Purpose,
  { action, nextWrappingKey, recoveryKey }: HandshakeOrder = {},
): Promise<Confirmation> {
  const privateKey =
    recoveryKey === undefined ? readKey("private", device.privateKey) : readKey("recovery", recoveryKey);
  try {
    const generation = device.generation ?? (await generationOf(device));
    const begun = beginSignIn({
      suite: nobleSuite,
      randomness: systemRandomness,
      terms: {
        origin: device.origin ?? originOf(device.url),
        owner: { tenant: device.tenant as TenantId, generation },
        purpose,
        apiKey: device.apiKey,
      },
      privateKey,
      pins: device.serverKeys.map((text) => readKey("server", text)),
      ...(action === undefined ? {} : { action }),
      ...(nextWrappingKey === undefined ? {} : { nextWrappingKey }),
    });
    const first = await ask(device, "/api/session", begun.body);
    const answered = begun.takeAnswer(first);
    if (!answered.ok) throw notTrusted(device, answered.problem, null);
    const second = await ask(device, "/api/session/confirm", answered.next.body);
    const taken = answered.next.takeConfirmation(second);
    if (!taken.ok) throw notTrusted(device, taken.problem, null);
    return taken.next;
  } finally {
    privateKey.fill(0);
  }
}

async function ask(device: Device, path: string, body: Json): Promise<Json> {
  const headers = { "content-type": "application/json", "dispatched-key": device.apiKey };
  try {
    return await askJson(device.url, "POST", path, { headers, body: stringifyJson(body) });
  } catch (error) {
    if (error instanceof ClientError && error.code === "handshake_refused") await requirePinned(device);
    throw error;
  }
}
