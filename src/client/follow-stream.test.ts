// A stream that breaks is taken up where it broke, each event once; and what is refused for good is told.

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Client } from "./client.ts";
import { ClientError } from "./client-error.ts";

type Serve = (request: IncomingMessage, response: ServerResponse, number: number) => void;

async function served(serve: Serve, use: (client: Client) => Promise<void>): Promise<void> {
  let number = 0;
  const server = createServer((request, response) => serve(request, response, ++number));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await use(new Client(`http://127.0.0.1:${port}`, "dst_sess_x"));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const stream = { "content-type": "text/event-stream; charset=utf-8" };
const event = (seq: number) => `id: ${seq}\nevent: event\ndata: {"seq":${seq},"type":"step.started"}\n\n`;
const problem = (response: ServerResponse, status: number, code: string, headers = {}) => {
  response.writeHead(status, { "content-type": "application/problem+json", ...headers });
  response.end(JSON.stringify({ code, detail: code, status }));
};

test("after a break it goes on behind the last whole event, and takes none twice", async () => {
  const asked: unknown[] = [];
  const serve: Serve = (request, response, number) => {
    asked.push(request.headers["last-event-id"]);
    if (number === 2) return problem(response, 503, "shutting_down");
    response.writeHead(200, stream);
    if (number === 1) {
      // The third event is cut off in its middle.
      response.write(`: follows\n\n${event(1)}${event(2)}id: 3\nevent: event\ndata: {"seq"`, () =>
        response.destroy(),
      );
    } else response.end(`${event(2)}${event(3)}event: ended\ndata: {"seq":3}\n\n`);
  };
  await served(serve, async (client) => {
    const seen: number[] = [];
    for await (const { seq } of client.followRun("run_x")) seen.push(seq);
    assert.deepEqual(seen, [1, 2, 3]);
    assert.deepEqual(asked, ["0", "2", "2"]);
  });
});

test("once a stream was open, what answers in the place of the server is waited out; before, it is thrown", async () => {
  const seen: string[] = [];
  const serve: Serve = (_, response, number) => {
    // As a proxy does while the server behind it restarts.
    if (number === 2) response.writeHead(404, { "content-type": "text/html" }).end("<h1>not found</h1>");
    else if (number === 3) response.writeHead(200, { "content-type": "text/html" }).end("<h1>soon</h1>");
    else {
      response.writeHead(200, stream);
      response.end(number === 1 ? event(1) : "event: ended\ndata: {}\n\n");
    }
  };
  await served(serve, async (client) => {
    const options = {
      onOpen: () => void seen.push("open"),
      onBreak: (breaks: number) => void seen.push(`break ${breaks}`),
    };
    for await (const { seq } of client.followRun("run_x", options)) seen.push(`event ${seq}`);
    assert.deepEqual(seen, ["open", "event 1", "break 1", "break 2", "break 3", "open"]);
  });
  await served(
    (_, response) => response.writeHead(404, { "content-type": "text/html" }).end(),
    async (client) => {
      await assert.rejects(client.followRun("run_x").next(), { code: "unreachable", status: 404 });
    },
  );
});

test("what is refused for good is thrown, and a signal ends it without an error", async () => {
  await served(
    (_, response) => problem(response, 404, "run_not_found"),
    async (client) => {
      await assert.rejects(client.followRun("run_x").next(), { code: "run_not_found", status: 404 });
    },
  );
  const serve: Serve = (_, response) => {
    response.writeHead(200, stream);
    response.write(event(1));
  };
  await served(serve, async (client) => {
    const abort = new AbortController();
    const seen: number[] = [];
    for await (const { seq } of client.followRun("run_x", { signal: abort.signal })) {
      seen.push(seq);
      abort.abort();
    }
    assert.deepEqual(seen, [1]);
  });
});

test("what the client itself refuses is told at once, and no stream is opened again for it", async () => {
  const tokenOf = (error: Error) => ({
    token: () => Promise.reject(error),
    renew: () => Promise.resolve(null),
  });
  for (const code of ["server_not_trusted", "server_rolled_back", "invalid_key_text"]) {
    const client = new Client("http://127.0.0.1:1", tokenOf(new ClientError(code, 0, code, null)));
    await assert.rejects(client.followRun("run_x").next(), { code });
  }
  const wrong = new Client("http://127.0.0.1:1", tokenOf(new RangeError("no keys")));
  await assert.rejects(wrong.followRun("run_x").next(), RangeError);
});

test("streams that break without a word are given up as those that are not opened", async () => {
  let asked = 0;
  const serve: Serve = (_, response) => {
    asked++;
    response.writeHead(200, stream);
    response.flushHeaders();
    if (asked === 1) response.end();
    else setImmediate(() => response.destroy());
  };
  await served(serve, async (client) => {
    await assert.rejects(client.followRun("run_x", { breaksMax: 2 }).next(), { code: "unreachable" });
    assert.equal(asked, 3);
  });
});

test("a request is sent again only where a second one does no more than the first", async () => {
  const counts = async (code: string, status: number, ask: (client: Client) => Promise<unknown>) => {
    let asked = 0;
    const serve: Serve = (_, response) => {
      asked++;
      // As a proxy refuses: with a word for people.
      if (asked === 1 && code === "") response.writeHead(status).end("<h1>bad gateway</h1>");
      else if (asked === 1) problem(response, status, code, { "retry-after": "0" });
      else response.writeHead(200, { "content-type": "application/json" }).end('{"runs":[],"next":null}');
    };
    await served(serve, (client) =>
      ask(client).then(
        () => {},
        () => {},
      ),
    );
    return asked;
  };
  const start = (idempotencyKey?: string) => (client: Client) =>
    client.startRun("w", { body: "1", idempotencyKey });
  assert.equal(await counts("shutting_down", 503, (client) => client.listRuns({})), 2);
  assert.equal(await counts("shutting_down", 503, start()), 1);
  assert.equal(await counts("shutting_down", 503, start("k")), 2);
  assert.equal(await counts("store_rolled_back", 503, start()), 2);
  assert.equal(await counts("rate_limited", 429, start()), 2);
  assert.equal(await counts("schema_mismatch", 422, start("k")), 1);
  assert.equal(await counts("", 502, start()), 1);
  assert.equal(await counts("", 504, start("k")), 2);
  assert.equal(await counts("", 404, start("k")), 1);
  let tries = 0;
  const untrusted = new ClientError("server_not_trusted", 0, "another server", null);
  const token = () => {
    tries++;
    return Promise.reject(untrusted);
  };
  const client = new Client("http://127.0.0.1:1", { token, renew: () => Promise.resolve(null) });
  await assert.rejects(client.listRuns(), { code: "server_not_trusted" });
  assert.equal(tries, 1);
});

test("runs are followed with their filter and through breaks, each of which is told by a reset", async () => {
  const asked: unknown[] = [];
  const serve: Serve = (request, response, number) => {
    asked.push(request.url);
    response.writeHead(200, stream);
    response.write(
      `event: reset\ndata: {}\n\nevent: run\ndata: {"id":"run_${number}"}\n\n: lives\n\n`,
      () => {
        // What a later server may send besides.
        if (number === 1) response.end("event: other\ndata: {}\n\n");
      },
    );
  };
  await served(serve, async (client) => {
    const seen: string[] = [];
    const breaks: number[] = [];
    const query = { workflow: "w", status: ["failed", "waiting"] } as const;
    for await (const change of client.followRuns(query, { onBreak: (count) => breaks.push(count) })) {
      seen.push(change.type === "run" ? change.run.id : change.type);
      if (seen.length === 4) break;
    }
    assert.deepEqual(seen, ["reset", "run_1", "reset", "run_2"]);
    assert.deepEqual(breaks, [1]);
    assert.deepEqual(asked, Array(2).fill("/api/runs?workflow=w&status=failed%2Cwaiting"));
  });
});

test("who takes long over a message breaks no stream, and a silence behind it is noticed as ever", async ({
  mock,
}) => {
  const answers: ServerResponse[] = [];
  const serve: Serve = (_, response) => {
    answers.push(response);
    response.writeHead(200, stream);
    response.write(event(1));
  };
  await served(serve, async (client) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const events = client.followRun("run_x", { breaksMax: 0 });
    assert.equal((await events.next()).value?.seq, 1);
    mock.timers.tick(60_000);
    answers[0]?.write(event(2));
    assert.equal((await events.next()).value?.seq, 2);
    mock.timers.tick(60_000);
    const third = events.next();
    let isWaiting = true;
    const broke = assert.rejects(third, { code: "unreachable" }).finally(() => {
      isWaiting = false;
    });
    // The reader waits by now, in some turn of the loop.
    while (isWaiting) {
      await new Promise((resolve) => setImmediate(resolve));
      mock.timers.tick(1_000);
    }
    await broke;
    assert.equal(answers.length, 1);
  });
});
