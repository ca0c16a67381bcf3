// Starts of runs under a key: sent again when the answer is lost, and the key is told when none came at all.

import { randomUUID } from "node:crypto";
import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client-error.ts";
import { sayingOnInterrupt } from "./saying-on-interrupt.ts";
import { withHint } from "./with-hint.ts";

/** Soon: who types a command is told at once that nothing answers. */
const retries = 2;

/**
 * The answer to a start may be lost and the run be there: with the same key it is found, and no second one starts.
 * @param given the caller's key; a new one without it
 */
export async function startOnce<Started>(
  client: Client,
  given: string | undefined,
  start: (client: Client, idempotencyKey: string) => Promise<Started>,
): Promise<Started> {
  const key = given ?? `cli-${randomUUID()}`;
  const again = `the same again with \`--idempotency-key ${key}\` finds the run if one was started`;
  const patient = client.withOptions({ retries });
  try {
    return await sayingOnInterrupt(again, () => start(patient, key));
  } catch (error) {
    throw error instanceof ClientError && mayBeStarted(error) ? withHint(error, again) : error;
  }
}

function mayBeStarted({ code, status }: ClientError): boolean {
  return code === "unreachable" || status >= 500;
}
