// Streams are made as fast as they are read: one who does not read holds back what is made for him, and no more.

import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import { type StreamEvent, streamAnswer } from "./event-stream.ts";

interface Made {
  parts: number;
  ended: boolean;
}

async function* endless(made: Made, data: string): AsyncGenerator<readonly StreamEvent[]> {
  try {
    for (;;) {
      made.parts++;
      yield [{ id: String(made.parts), event: "event", data }];
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    made.ended = true;
  }
}

test("a part is made when the one before was taken, and an end of reading ends the making", async () => {
  const made: Made = { parts: 0, ended: false };
  const body = streamAnswer(endless(made, "1")).body as ReadableStream<Uint8Array>;
  const reader = body.getReader();
  const text = async () => new TextDecoder().decode((await reader.read()).value);
  assert.equal(await text(), ": follows\n\n");
  assert.equal(await text(), "id: 1\nevent: event\ndata: 1\n\n");
  assert.ok(made.parts <= 2);
  await reader.cancel();
  while (!made.ended) await new Promise((resolve) => setImmediate(resolve));
});

test("a connection that is not read holds some buffers of the sockets, and not what is made for ever", async () => {
  const made: Made = { parts: 0, ended: false };
  const data = "x".repeat(10_000);
  const server = createServer(
    getRequestListener(() => {
      const { body, status, headers } = streamAnswer(endless(made, data));
      return new Response(body, { status, headers: headers as Record<string, string> });
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const asked = request({ port, host: "127.0.0.1" });
  asked.end();
  const answer = await new Promise<import("node:http").IncomingMessage>((resolve) =>
    asked.once("response", resolve),
  );
  answer.pause();
  // Until the buffers of both sockets are full, nothing more is made: as often as it is looked.
  let [before, still] = [-1, 0];
  while (still < 50) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    still = made.parts === before ? still + 1 : 0;
    before = made.parts;
    assert.ok(made.parts < 5_000, "50 MB were made for one who reads nothing");
  }
  asked.destroy();
  while (!made.ended) await new Promise((resolve) => setTimeout(resolve, 5));
  server.close();
});
