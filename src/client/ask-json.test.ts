// A redirect is no answer: it would take credentials to another host.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { askJson } from "./ask-json.ts";

test("a redirect is not followed, and the token goes nowhere else", async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/there") seen.push(String(request.headers["dispatched-session"]));
    response.writeHead(request.url === "/there" ? 200 : 307, { location: "/there" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const headers = { "dispatched-session": "dst_sess_none" };
    await assert.rejects(askJson(base, "GET", "/api/runs", { headers }), { code: "unreachable" });
    assert.deepEqual(seen, []);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
