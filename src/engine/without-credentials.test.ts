// What the log of a run shows of headers that carry credentials.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutCredentials } from "./without-credentials.ts";

test("credentials of requests, answers and triggers are masked, and nothing else", () => {
  const reference = { secret: "KEY", encode: "none" };
  const request = {
    method: "GET",
    url: "https://s.example/",
    headers: [
      ["X-Api-Key", "given by the input"],
      ["cookie", ["a=", reference]],
      ["accept", "text/plain"],
    ],
    auth: { type: "basic", username: "ann", password: "in the document" },
    body: { type: "json", value: { headers: { cookie: "data" } }, holes: [] },
    late: { context: { trigger: { headers: { authorization: "x", host: "h" } } }, now: 1 },
  };
  assert.deepEqual(withoutCredentials({ attempt: 1, request }), {
    attempt: 1,
    request: {
      ...request,
      headers: [
        ["X-Api-Key", "[masked]"],
        ["cookie", ["[masked]", reference]],
        ["accept", "text/plain"],
      ],
      auth: { type: "basic", username: "ann", password: "[masked]" },
      late: { context: { trigger: { headers: { authorization: "[masked]", host: "h" } } }, now: 1 },
    },
  });
  const answer = { status: 200, headers: { "set-cookie": "a=b", "proxy-authorization": "c" }, body: null };
  assert.deepEqual(withoutCredentials({ answer }), {
    answer: { ...answer, headers: { "set-cookie": "[masked]", "proxy-authorization": "[masked]" } },
  });
  assert.deepEqual(withoutCredentials({ auth: { type: "bearer", token: [reference] }, headers: null }), {
    auth: { type: "bearer", token: [reference] },
    headers: null,
  });
});
