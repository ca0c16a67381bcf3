// Requests under a key, starts of runs above all: sent again when the answer is lost, and the key is told when none came at all.

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
  return sendOnce(client, { key, again }, start);
}

/** @param again what finds it, if the request was taken and no answer came */
export function sendOnce<Answer>(
  client: Client,
  { key, again }: { readonly key: string; readonly again: string },
  send: (client: Client, idempotencyKey: string) => Promise<Answer>,
): Promise<Answer> {
  return toldOnLoss(again, () => send(client.withOptions({ retries }), key));
}
