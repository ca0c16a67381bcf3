// Of an answer in many pieces the bytes are kept, not the pieces.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dispatcher } from "undici";
import { PendingCall } from "./pending-call.ts";

test("a service that sends its answer byte by byte takes no more memory than the answer", async () => {
  const request = { method: "GET", url: "http://a.example/", headers: [], body: null };
  const call = new PendingCall({ ...request, timeoutMs: 5_000, maxBytes: 10 });
  const controller = { abort() {} } as unknown as Dispatcher.DispatchController;
  call.onRequestStart(controller);
  call.onResponseStart(controller, 200, {});
  call.onResponseData(controller, Buffer.from("x"));
  // What is kept cannot be the piece itself, which is written over here.
  const piece = Buffer.from("A");
  for (const letter of "ABC") {
    piece.write(letter);
    call.onResponseData(controller, piece);
  }
  call.onResponseEnd();
  const outcome = await call.outcome;
  assert.equal(outcome.type === "response" && Buffer.from(outcome.body).toString(), "xABC");
});
