// Events of a stream are whole, whatever the pieces in which they arrive.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readEventStream } from "./read-event-stream.ts";

const text = [
  ": follows\n\n",
  'id: 1\nevent: event\ndata: {"name":"ä😀"}\n\n',
  "data: two\ndata: lines\n\n",
  ": lives\n\n",
  "id: 2\nevent: ended\r\ndata:bare\r\n\r\n",
  "event: cut off\ndata: never",
].join("");

test("events are the same in one piece and byte by byte", async () => {
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 7, bytes.length]) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
    const heard = [];
    let alive = 0;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    for await (const event of readEventStream(stream, () => alive++)) heard.push(event);
    assert.deepEqual(heard, [
      { id: "1", event: "event", data: '{"name":"ä😀"}' },
      { id: "1", event: "message", data: "two\nlines" },
      { id: "2", event: "ended", data: "bare" },
    ]);
    assert.equal(alive, pieces.length);
  }
});
