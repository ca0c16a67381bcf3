// Another private key for the tenant, by the device's own or by the recovery sheet; and the sheet itself.

import { nobleSuite } from "../handshake/noble-suite.ts";
import { wrappingKeyOf } from "../handshake/tenant-keys.ts";
import type { TenantId } from "../value/id.ts";
import { ClientError } from "./client-error.ts";
import { type Device, generateKeyPair, publicKeyTextOf, readKey, recoveryPair } from "./device.ts";
import { generationOf } from "./generation-of.ts";
import { performHandshake } from "./perform-handshake.ts";

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
  const from = device.generation ?? (await generationOf(device));
  const generation = from + 1;
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
    const before = { ...device, generation: from };
    if (recoveryKey === undefined) await performHandshake(before, "rotate", { action, nextWrappingKey });
    else await performHandshake(before, "recover", { action, nextWrappingKey, recoveryKey });
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

/** A new key for `rotateKey`. */
export function nextPrivateKey(): string {
  return generateKeyPair().privateKey;
}

/** Whether what the server said means that it does not know this key: then another may be the tenant's. */
export function isRefused(error: unknown): boolean {
  return error instanceof ClientError && error.code === "handshake_refused";
}
