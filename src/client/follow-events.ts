// Follows the log of one run over one live stream after another, each event once.

import { isJsonObject, type Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { ClientError } from "./client-error.ts";
import { readEventStream } from "./read-event-stream.ts";
import type { EventResource } from "./resources.ts";

export interface FollowOptions {
  /** Begins behind the event of this number. Default 0: with the first. */
  readonly after?: number;
  /** Called when a stream broke, with the number of breaks since the last event or sign of life. */
  readonly onBreak?: (breaks: number) => void;
  /** After so many breaks without a sign of life between them the last one is thrown. Default 60. */
  readonly breaksMax?: number;
}

/** Opens a stream of what comes behind `after`. Throws a `ClientError`. */
export type OpenStream = (after: number, signal: AbortSignal) => Promise<Response>;

const breathMs = 500;
/** The server says every five seconds that it lives. */
const silenceMsMax = 20_000;

/** Ends with the run. Goes on behind the last event after a break: a restart of the server, or of a proxy. */
export async function* followEvents(
  open: OpenStream,
  { after = 0, onBreak = () => {}, breaksMax = 60 }: FollowOptions,
): AsyncGenerator<EventResource> {
  let last = after;
  let breaks = 0;
  for (;;) {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), silenceMsMax);
    const live = () => {
      breaks = 0;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMsMax);
    };
    try {
      const answer = await open(last, silence.signal);
      // Nothing is to come any more.
      if (answer.status === 204 || answer.body === null) return;
      for await (const { event, data } of readEventStream(answer.body, live)) {
        if (event === "ended") return;
        const told = eventOf(data);
        if (event !== "event" || told === null || told.seq <= last) continue;
        last = told.seq;
        yield told;
      }
    } catch (error) {
      if (error instanceof ClientError && (!isBreak(error) || breaks >= breaksMax)) throw error;
      if (breaks >= breaksMax)
        throw new ClientError("unreachable", 0, "the stream breaks again and again", null);
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
    onBreak(++breaks);
    await new Promise((resolve) => setTimeout(resolve, breathMs));
  }
}

function eventOf(data: string): EventResource | null {
  const parsed = parseJson(data, "ours");
  const value: Json = parsed.ok ? parsed.value : null;
  return isJsonObject(value) ? (value as unknown as EventResource) : null;
}

/** What the server refuses for good is no break. */
function isBreak({ code, status }: ClientError): boolean {
  return code === "unreachable" || status === 429 || status > 500;
}
