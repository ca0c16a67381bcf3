// The body of an answer as JSON: text, or a stream when stored bodies are in it.

import { GatheredBytes } from "../value/gathered-bytes.ts";
import type { Json } from "../value/json.ts";
import { holdsStored, jsonChunks } from "../value/json-chunks.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { type ApiAnswer, jsonType } from "./api-request.ts";

/** An answer whose body is the member `key` of `holder`, in which stored bodies may be. */
export function jsonAnswerOf(
  status: number,
  holder: object,
  key: string,
  headers: Readonly<Record<string, string>>,
): ApiAnswer {
  const own = { "content-type": jsonType, "cache-control": "no-store", ...headers };
  return { status, headers: own, body: jsonBodyOf(holder, key) };
}

/** The member as the body of an answer: text, or a stream when a stored body is in it. */
export function jsonBodyOf(holder: object, key: string): string | ReadableStream<Uint8Array> {
  if (!holdsStored(holder, key))
    return stringifyJson((holder as Readonly<Record<string, Json>>)[key] as Json);
  return streamOf(gathered(jsonChunks(holder, key)));
}

/** Sent at once, unless it comes in one piece that is larger. */
const pieceBytes = 16_384;

/** The same bytes in fewer pieces. */
async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting = new GatheredBytes();
  for await (const piece of pieces) {
    waiting.add(piece);
    if (waiting.size < pieceBytes) continue;
    yield waiting.whole();
    waiting = new GatheredBytes();
  }
  if (waiting.size > 0) yield waiting.whole();
}

/** Read as fast as it is taken and no faster; what fails cuts the answer off. */
export function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await reader.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async () => {
        await reader.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
