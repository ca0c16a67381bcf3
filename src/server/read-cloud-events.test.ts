// Attributes of an event in binary mode, as headers write them.

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { readCloudEvents } from "./read-cloud-events.ts";

async function subjectOf(written: string): Promise<unknown> {
  const incoming = new EventEmitter() as IncomingMessage;
  const ce = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "shop", "ce-type": "order.paid" };
  const request = {
    method: "POST",
    params: {},
    query: new URLSearchParams(),
    headers: { ...ce, "ce-subject": written },
    incoming,
    address: "",
  };
  const events = readCloudEvents(request);
  incoming.emit("end");
  return (await events)[0]?.subject;
}

test("quoted texts lose their quotes; one that does not end is left as it is, and read once", async () => {
  assert.equal(await subjectOf('"a \\"b\\" c"'), 'a "b" c');
  assert.equal(await subjectOf("caf%C3%A9"), "café");
  assert.equal(await subjectOf('"a'), '"a');
  assert.equal(await subjectOf('"a\\'), '"a\\');
  await assert.rejects(subjectOf('"\\'.repeat(50_000)), { code: "invalid_event" });
});
