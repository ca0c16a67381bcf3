// Another private key for the tenant, by the device's own or by the recovery sheet; and the sheet itself.

import { nobleSuite } from "../handshake/noble-suite.ts";
import { wrappingKeyOf } from "../handshake/tenant-keys.ts";
import type { TenantId } from "../value/id.ts";
import { askJson } from "./ask-json.ts";
import { ClientError } from "./client-error.ts";
import { type Device, generateKeyPair, publicKeyTextOf, readKey, recoveryPair } from "./device.ts";
import { performHandshake } from "./perform-handshake.ts";
import type { KeyResource } from "./resources.ts";

export interface NextKey {
  /** `dprv1_…`, made and kept before: no lost answer leaves the tenant without a key. */
  readonly privateKey: string;
  /** Whether quiet records get fresh data keys, too. Default not. */
  readonly deep?: boolean;
  /** `drec1_…` of the recovery sheet, in the place of the device's private key. */
  readonly recoveryKey?: string;
}

/**
 * Begins a rotation: `next` is the tenant's key from then on, of the generation behind that of `device`; every session ends.
 * Gives the device with it. Errors: `rotation_under_way`; as of `performHandshake`.
 */
export async function rotateKey(device: Device, next: NextKey): Promise<Device> {
  const generation = (device.generation ?? 1) + 1;
  const bytes = readKey("private", next.privateKey);
  const owner = { tenant: device.tenant as TenantId, generation };
  const nextWrappingKey = wrappingKeyOf(nobleSuite, bytes, owner);
  bytes.fill(0);
  const action = {
    type: "rotate",
    public_key: publicKeyTextOf(next.privateKey),
    deep: next.deep ?? false,
  };
  const { recoveryKey } = next;
  try {
    if (recoveryKey === undefined) await performHandshake(device, "rotate", { action, nextWrappingKey });
    else await performHandshake(device, "recover", { action, nextWrappingKey, recoveryKey });
  } finally {
    nextWrappingKey.fill(0);
  }
  return { ...device, privateKey: next.privateKey, generation };
}

/** A new recovery key, `drec1_…`: it alone can put another private key in the place of a lost one. The sheet before ends. */
export async function backUpKey(device: Device): Promise<string> {
  const { recoveryKey, publicKey } = recoveryPair();
  await performHandshake(device, "backup", { action: { type: "recovery_key", public_key: publicKey } });
  return recoveryKey;
}

/** The generation of the tenant's key, by the API key alone. Errors: `unauthenticated`. */
export async function generationOf(url: string, apiKey: string): Promise<number> {
  const headers = { "dispatched-key": apiKey };
  const key = (await askJson(url, "GET", "/api/rotation", { headers })) as unknown as KeyResource;
  return key.generation;
}

/** A new key for `rotateKey`. */
export function nextPrivateKey(): string {
  return generateKeyPair().privateKey;
}

/** Whether what the server said means that it does not know this key: then another may be the tenant's. */
export function isRefused(error: unknown): boolean {
  return error instanceof ClientError && error.code === "handshake_refused";
}
