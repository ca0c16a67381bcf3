// Starts of runs under a key: sent again when the answer is lost, and the key is told when none came at all.

import { randomUUID } from "node:crypto";
import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client-error.ts";

/** Soon: who types a command is told at once that nothing answers. */
const retries = 2;

/** @param given the caller's key; a new one without it */
export async function startOnce<Started>(
  client: Client,
  given: string | undefined,
  start: (client: Client, idempotencyKey: string) => Promise<Started>,
): Promise<Started> {
  const key = given ?? `cli-${randomUUID()}`;
  try {
    return await start(client.withOptions({ retries }), key);
  } catch (error) {
    throw withKey(error, key);
  }
}

/** The answer to a start may be lost and the run be there: with the same key it is found, and no second one starts. */
function withKey(error: unknown, key: string): unknown {
  if (!(error instanceof ClientError) || error.status !== 0 || error.code !== "unreachable") return error;
  const { code, message: detail, problem } = error;
  const again = `the same again with \`--idempotency-key ${key}\` finds the run if one was started`;
  const hint = problem?.hint === undefined ? again : `${problem.hint}; ${again}`;
  return new ClientError(code, 0, detail, { code, detail, hint });
}
