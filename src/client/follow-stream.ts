// Messages of a stream that outlives its connections: one after the other, each from where the one before broke off.

import { ClientError } from "./client-error.ts";
import { pause } from "./pause.ts";
import { readEventStream, type ServerEvent } from "./read-event-stream.ts";

export interface FollowOptions {
  /** What follows this event: of a run after this `seq`, 0, as by default, for all; of deliveries after this cursor. */
  readonly after?: number | string;
  /** Ends the following, without an error. */
  readonly signal?: AbortSignal;
  /** Called when a stream is open: at first, and after each break that is over. What it tells may be long in coming. */
  readonly onOpen?: () => void;
  /** Called when a stream broke, with the number of breaks since the last sign of life. */
  readonly onBreak?: (breaks: number) => void;
  /** After so many breaks without a sign of life the last one is thrown. Default: none is. */
  readonly breaksMax?: number;
}

/** Opens one stream. Throws a `ClientError` for an answer that is none. */
export type OpenStream = (lastEventId: string, signal: AbortSignal | undefined) => Promise<Response>;

const firstPauseMs = 250;
const pauseMsMax = 10_000;
/** The server says every five seconds that it lives. */
const silenceMsMax = 20_000;

/**
 * Messages in order until an answer says that nothing is to come any more (204). A connection that breaks or falls silent, and
 * a server that restarts, are waited for; what the server refuses for good is thrown. Once a stream was open, what answers in
 * the server's place, such as a proxy while it restarts, is waited out, whatever its status.
 */
export async function* followStream(open: OpenStream, options: FollowOptions): AsyncGenerator<ServerEvent> {
  const { after = 0, signal, onOpen, onBreak, breaksMax = Number.POSITIVE_INFINITY } = options;
  const isOver = () => signal?.aborted === true;
  let last = String(after);
  let opened = false;
  for (let breaks = 0; !isOver(); ) {
    const stream = watched(signal);
    let broke = new ClientError("unreachable", 0, "the connection breaks again and again", null);
    try {
      const answer = await open(last, stream.signal);
      if (answer.status === 204) return;
      opened = true;
      onOpen?.();
      const live = () => {
        breaks = 0;
        stream.live();
      };
      for await (const message of readMessages(answer, live)) {
        if (message.id !== "") last = message.id;
        stream.hold();
        yield message;
        stream.live();
      }
    } catch (error) {
      if (isOver()) return;
      if (!(error instanceof ClientError) || !isPassing(error, opened)) throw error;
      broke = error;
    } finally {
      stream.end();
    }
    if (isOver()) return;
    if (breaks >= breaksMax) throw broke;
    breaks++;
    onBreak?.(breaks);
    await pause(Math.min(firstPauseMs * 2 ** (breaks - 1), pauseMsMax), signal);
  }
}

/** What comes until the connection ends, or breaks: how it ended makes no difference. */
async function* readMessages(answer: Response, onLife: () => void): AsyncGenerator<ServerEvent> {
  const messages = readEventStream(answer.body ?? new ReadableStream(), onLife);
  try {
    for (;;) {
      const next = await messages.next().catch(() => null);
      if (next === null || next.done === true) return;
      yield next.value;
    }
  } finally {
    await messages.return(undefined);
  }
}

/** A signal for one stream, which is given up when nothing comes for too long. */
function watched(outer: AbortSignal | undefined) {
  const control = new AbortController();
  const give = () => control.abort();
  let timer = setTimeout(give, silenceMsMax);
  outer?.addEventListener("abort", give);
  if (outer?.aborted === true) give();
  return {
    signal: control.signal,
    /** Nothing is read while whoever follows has a message: this is no silence. */
    hold() {
      clearTimeout(timer);
    },
    live() {
      clearTimeout(timer);
      timer = setTimeout(give, silenceMsMax);
    },
    end() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", give);
      give();
    },
  };
}

function isPassing({ code, status, isUnanswered }: ClientError, opened: boolean): boolean {
  return isUnanswered || status === 429 || status >= 500 || (opened && code === "unreachable");
}
