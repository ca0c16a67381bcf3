// What the vectors have in common. All that is random elsewhere is fixed here, so that they are always the same.

import { createHash } from "node:crypto";
import { type KeyKind, writeKeyText } from "../../src/handshake/key-text.ts";
import type { Randomness } from "../../src/handshake/randomness.ts";
import { writeToken } from "../../src/handshake/token-text.ts";
import type { TenantId } from "../../src/value/id.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";

export const owner = { tenant: "ten_06f2f3h4jk6n0q2s4v6x8z0a2c" as TenantId, generation: 2 };
export const origin = "https://flows.example";
export const nowMs = Date.UTC(2027, 0, 31, 12);
export const apiKey = writeToken("key", fixed("api key"));
export const deviceKey = fixed("device");
export const serverKeys = [fixed("server"), fixed("next server")] as const;

/** 32 bytes that stand for random ones. */
export function fixed(name: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(`dispatched test vector ${name}`).digest());
}

/** Draws what `first` lists, then bytes that only fill places. */
export function drawing(name: string, first: readonly Uint8Array[] = []): Randomness {
  let count = 0;
  return {
    bytes(size) {
      const place = count++;
      return (first[place] ?? fixed(`${name} ${place}`)).slice(0, size);
    },
  };
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function keyText(kind: KeyKind, bytes: Uint8Array): string {
  return writeKeyText(nodeSuite, kind, bytes);
}

export function publicOf(bytes: Uint8Array): Uint8Array {
  return nodeSuite.privateKey(bytes).publicKey;
}
