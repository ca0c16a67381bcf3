// One stream of events, as far as that it has begun.

import { type Ask, askError, askServer, problemOf } from "./ask-json.ts";

export interface StreamAsk {
  readonly query: Ask["query"];
  readonly token: string;
  readonly lastEventId: string;
  readonly signal: AbortSignal | undefined;
}

/** 204 when nothing is to come any more. Throws a `ClientError` for a problem, and for an answer that is no stream. */
export async function openStream(base: string, path: string, ask: StreamAsk): Promise<Response> {
  const { query, token, lastEventId, signal } = ask;
  const headers = {
    accept: "text/event-stream",
    "dispatched-session": token,
    "last-event-id": lastEventId,
  };
  const answer = await askServer(base, "GET", path, {
    ...(query === undefined ? {} : { query }),
    headers,
    signal,
  });
  if (answer.status >= 400) throw await problemOf(base, answer);
  if (answer.status === 204) return answer;
  if (answer.headers.get("content-type")?.startsWith("text/event-stream") !== true) {
    await answer.body?.cancel().catch(() => {});
    throw askError(answer.status);
  }
  return answer;
}
