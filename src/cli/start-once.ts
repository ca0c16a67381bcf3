// Starts of runs under a key: sent again when the answer is lost, and the key is told when none came at all.

import { randomUUID } from "node:crypto";
import type { Client } from "../client/client.ts";
import { toldOnLoss } from "./told-on-loss.ts";

/** Soon: who types a command is told at once that nothing answers. */
const retries = 2;

/** @param given the caller's key; a new one without it */
export function startOnce<Started>(
  client: Client,
  given: string | undefined,
  start: (client: Client, idempotencyKey: string) => Promise<Started>,
): Promise<Started> {
  const key = given ?? `cli-${randomUUID()}`;
  const again = `the same again with \`--idempotency-key ${key}\` finds the run if one was started`;
  return toldOnLoss(again, () => start(client.withOptions({ retries }), key));
}
