// Server-sent events (WHATWG HTML, section 9.2), made as fast as they are read and no faster.

import type { ApiAnswer, ApiRequest } from "./api-request.ts";

export interface StreamEvent {
  readonly id?: string;
  readonly event: string;
  /** JSON, in one line. */
  readonly data: string;
}

/** How often a stream that has nothing to tell says that it lives, and judges the credential anew. */
export const beatMs = 5_000;

/** Whether the caller asks for a stream. */
export function wantsStream({ headers }: ApiRequest): boolean {
  const types = (headers["accept"] ?? "")
    .split(",")
    .map((part) => part.split(";", 1)[0]?.trim().toLowerCase());
  return types.includes("text/event-stream");
}

/**
 * An answer of `parts`, each made when the one before has been taken: a reader who does not read holds one part back,
 * and nothing grows. It is closed with the connection.
 */
export function streamAnswer(
  parts: AsyncGenerator<readonly StreamEvent[]>,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  return {
    status: 200,
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      ...headers,
    },
    body: toBytes(parts),
  };
}

const encoder = new TextEncoder();

function toBytes(parts: AsyncGenerator<readonly StreamEvent[]>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      // So that the headers leave before there is anything to tell.
      start: (controller) => controller.enqueue(encoder.encode(": follows\n\n")),
      pull: async (controller) => {
        const next = await parts.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(textOf(next.value)));
      },
      cancel: async () => {
        // What is waited for comes to its end at the next beat: the connection need not.
        void parts.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Of nothing, a comment: the connection is not taken for dead. */
function textOf(events: readonly StreamEvent[]): string {
  if (events.length === 0) return ": lives\n\n";
  return events
    .map(
      ({ id, event, data }) => `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`,
    )
    .join("");
}
