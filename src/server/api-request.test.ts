// Of a body in many pieces the bytes are kept, not the pieces.

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { type ApiRequest, readBody } from "./api-request.ts";

test("a caller that sends its body byte by byte takes no more memory than the body", async () => {
  const incoming = new EventEmitter() as IncomingMessage;
  const request: ApiRequest = {
    method: "POST",
    params: {},
    query: new URLSearchParams(),
    headers: {},
    incoming,
    address: "",
  };
  const body = readBody(request, 10);
  incoming.emit("data", Buffer.from("x"));
  // What is kept cannot be the piece itself, which is written over here.
  const piece = Buffer.from("A");
  for (const letter of "ABC") {
    piece.write(letter);
    incoming.emit("data", piece);
  }
  incoming.emit("end");
  assert.equal(await body, "xABC");
});
