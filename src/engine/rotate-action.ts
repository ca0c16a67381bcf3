// The purposes `rotate` and `recover`: another private key for the tenant, brought by the device or the recovery sheet.

import { readKeyText } from "../handshake/key-text.ts";
import { nobleSuite } from "../handshake/noble-suite.ts";
import { DispatchedError } from "../value/problem.ts";
import type { HandshakeAction } from "./handshake-action.ts";
import type { Rotations } from "./rotations.ts";
import type { Tenants } from "./tenants.ts";

/**
 * `{"type": "rotate", "public_key": "dpub1_…", "deep": true}`, with the next wrapping key beside it in message 3. Every
 * session ends. The recovery sheet goes on to work: the new wrapping key is sealed to it.
 */
export function rotateAction(
  tenants: Tenants,
  rotations: Rotations,
  by: "device" | "recovery sheet",
): HandshakeAction {
  return async ({ tenant, action, nextWrappingKey, use }) => {
    const { type, public_key: text, deep = false } = action;
    const key = typeof text === "string" ? readKeyText(nobleSuite, "public", text) : null;
    if (type !== "rotate" || typeof deep !== "boolean" || key?.ok !== true || nextWrappingKey === null) {
      throw new DispatchedError(
        "invalid_body",
        "the action is rotate, with `public_key` (dpub1_ and 48 characters), and `next_wk` beside it",
      );
    }
    const publicKey = key.bytes;
    const begun = await rotations.begin(
      tenant,
      { publicKey, wrappingKey: nextWrappingKey, deep },
      ({ row, rotation }) => {
        const entry = {
          action: by === "device" ? "key.rotated" : "recovery.used",
          fields: { generation: rotation.to, deep: deep ? "yes" : "no" },
        } as const;
        const change = { before: tenant.code, row: tenants.withCode(row) };
        return use(entry, { change, ends: "sessions", rotation });
      },
    );
    return { generation: begun.to, records: begun.records };
  };
}
