// Which requests are sent again by themselves: those of which a second one does no more than the first.

import { ClientError } from "./client-error.ts";
import { pause } from "./pause.ts";

export interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The server has done nothing of it, whatever it was. */
const undone: ReadonlySet<string> = new Set(["store_rolled_back", "rate_limited", "too_many_open_requests"]);
const firstPauseMs = 250;
const pauseMsMax = 30_000;

export interface AskAgainOptions {
  /** How often it is asked again at most. */
  readonly retries: number;
  /** Called before each time, with what went wrong. */
  readonly onAgain?: ((error: ClientError) => void) | undefined;
}

export async function askAgain<Result>(
  asked: Asked,
  { retries, onAgain = () => {} }: AskAgainOptions,
  ask: () => Promise<Result>,
): Promise<Result> {
  for (let left = retries, pauseMs = firstPauseMs; ; left--, pauseMs *= 2) {
    try {
      return await ask();
    } catch (error) {
      if (left <= 0 || !(error instanceof ClientError) || !mayAskAgain(asked, error)) throw error;
      onAgain(error);
      await pause(Math.min(Math.max(pauseMs, (error.retryAfterSeconds ?? 0) * 1_000), pauseMsMax));
    }
  }
}

/** GET changes nothing, and a request with a key is done once however often it comes. */
function mayAskAgain({ method, headers }: Asked, { code, status, isUnanswered }: ClientError): boolean {
  const isSafe = method === "GET" || "idempotency-key" in headers;
  return undone.has(code) || (isSafe && (isUnanswered || status === 503));
}
