// Services that misbehave on the wire: what the caller makes of them, byte by byte.

import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import type { OutboundOutcome } from "../../src/ports/caller.ts";
import { withServer } from "./with-server.ts";

const end = "\r\n\r\n";

/** A server that calls `answer` for each request head (without reading bodies). */
function rawServer(answer: (socket: Socket, count: number) => void): Server {
  let count = 0;
  return createServer((socket) => {
    let seen = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
      for (let at = seen.indexOf(end); at >= 0; at = seen.indexOf(end)) {
        seen = seen.slice(at + 4);
        answer(socket, ++count);
      }
    });
  });
}

function failure(outcome: OutboundOutcome) {
  assert.equal(outcome.type, "failure");
  return outcome as Extract<OutboundOutcome, { type: "failure" }>;
}

function response(outcome: OutboundOutcome) {
  assert.equal(outcome.type, "response", JSON.stringify(outcome));
  return outcome as Extract<OutboundOutcome, { type: "response" }>;
}

const broken: readonly (readonly [name: string, wire: string, status: number | null])[] = [
  ["no HTTP at all", "SSH-2.0-OpenSSH_9.6\r\n", null],
  ["an answer cut in its headers", "HTTP/1.1 200 OK\r\nx-a: 1", null],
  ["a body shorter than announced", `HTTP/1.1 200 OK\r\ncontent-length: 10${end}half.`, 200],
  ["a chunked body cut", `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked${end}5\r\nhalf.\r\n`, 200],
  ["a broken chunk", `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked${end}zz\r\nhalf.\r\n`, 200],
  ["two lengths", `HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2${end}ab`, null],
  [
    "a length and chunks",
    `HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked${end}0${end}`,
    null,
  ],
  ["a header with NUL", `HTTP/1.1 200 OK\r\nx-a: a\0b${end}`, null],
  [
    "a change of protocol",
    `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x${end}`,
    null,
  ],
  [
    "a body that is not gzip",
    `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4${end}text`,
    200,
  ],
  ["an unknown coding", `HTTP/1.1 200 OK\r\ncontent-encoding: rot13\r\ncontent-length: 4${end}text`, 200],
];

for (const [name, wire, status] of broken) {
  test(`${name} is a network failure, sent once`, async () => {
    let arrived = 0;
    const server = rawServer((socket, count) => {
      arrived = count;
      socket.end(wire, "latin1");
    });
    await withServer(server, async ({ get }) => {
      const { reason, sent, status: seen, detail } = failure(await get());
      assert.deepEqual({ reason, sent, status: seen }, { reason: "network", sent: true, status }, detail);
      assert.equal(arrived, 1);
    });
  });
}

test("a header block of more than 64 KiB is too large", async () => {
  const server = rawServer((socket) => socket.end(`HTTP/1.1 200 OK\r\nx-a: ${"a".repeat(66_000)}${end}`));
  await withServer(server, async ({ get }) => {
    assert.deepEqual(failure(await get()), {
      type: "failure",
      reason: "too_large",
      sent: true,
      status: null,
      detail: "the headers are larger than 65536 bytes",
    });
  });
});

test("a header block of almost 64 KiB is read", async () => {
  const server = rawServer((socket) => socket.end(`HTTP/1.1 200 OK\r\nx-a: ${"a".repeat(65_000)}${end}`));
  await withServer(server, async ({ get }) => {
    assert.equal(response(await get()).headers["x-a"]?.length, 65_000);
  });
});

test("interim answers are passed over, up to a bound", async () => {
  const hint = `HTTP/1.1 103 Early Hints\r\nlink: </a>${end}`;
  const last = `HTTP/1.1 200 OK\r\ncontent-length: 2${end}ok`;
  await withServer(
    rawServer((socket, count) => socket.write(count === 1 ? hint + hint + last : hint.repeat(1000))),
    async ({ get }) => {
      const answer = response(await get());
      assert.equal(answer.status, 200);
      assert.equal(answer.headers["link"], undefined);
      assert.deepEqual(failure(await get()).detail, "the service sent too many interim answers");
    },
  );
});

test("header names that objects know are plain names", async () => {
  const names = ["__proto__: evil", "constructor: a", "constructor: b", "toString: c"].join("\r\n");
  const server = rawServer((socket) =>
    socket.write(`HTTP/1.1 200 OK\r\n${names}\r\ncontent-length: 0${end}`),
  );
  await withServer(server, async ({ get }) => {
    const { headers } = response(await get());
    assert.deepEqual(headers, { constructor: "a, b", tostring: "c", "content-length": "0" });
    assert.equal(Object.getPrototypeOf(headers), Object.prototype);
  });
});

test("a chunked body is put together", async () => {
  const wire = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked${end}5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nx-t: 1${end}`;
  await withServer(
    rawServer((socket) => {
      for (const [index, byte] of [...wire].entries()) setTimeout(() => socket.write(byte), index);
    }),
    async ({ get }) => assert.equal(Buffer.from(response(await get()).body).toString(), "hello world"),
  );
});

test("a body that ends with the connection is whole", async () => {
  const server = rawServer((socket) => socket.end(`HTTP/1.0 200 OK${end}to the end`));
  await withServer(server, async ({ get }) => {
    assert.equal(Buffer.from(response(await get()).body).toString(), "to the end");
  });
});

test("a body that drips is ended by the one timeout", async () => {
  const server = rawServer((socket) => {
    socket.write(`HTTP/1.1 200 OK${end}`);
    const drip = setInterval(() => socket.write("x"), 20);
    socket.on("close", () => clearInterval(drip));
  });
  await withServer(server, async ({ get }) => {
    const before = performance.now();
    const { reason, status } = failure(await get({ timeoutMs: 150 }));
    const passed = performance.now() - before;
    assert.deepEqual({ reason, status }, { reason: "timeout", status: 200 });
    assert.ok(passed >= 150 && passed < 1000, `${passed} ms`);
  });
});

test("an endless body is ended at its bound", async () => {
  let written = 0;
  const server = rawServer((socket) => {
    socket.write(`HTTP/1.1 200 OK${end}`);
    const more = (): void => {
      while (!socket.destroyed && socket.write("x".repeat(10_000))) written += 10_000;
    };
    socket.on("drain", more);
    more();
  });
  await withServer(server, async ({ get }) => {
    assert.equal(failure(await get({ maxBytes: 50_000 })).reason, "too_large");
    assert.ok(written < 20_000_000, `${written} bytes were written`);
  });
});

test("an announced body beyond the bound is not waited for", async () => {
  const server = rawServer((socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1000001${end}`));
  await withServer(server, async ({ get }) => assert.equal(failure(await get()).reason, "too_large"));
});

for (const method of ["GET", "PUT", "POST"]) {
  test(`a kept connection that the service ends as we send is not tried again (${method})`, async () => {
    let arrived = 0;
    const server = rawServer((socket, count) => {
      arrived = count;
      // Answers once, and ends the connection when the next request arrives on it.
      if (count % 2 === 1) socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 0${end}`);
      else socket.resetAndDestroy();
    });
    await withServer(server, async ({ get }) => {
      for (let round = 1; round <= 20; round++) {
        response(await get({ method }));
        const { reason, sent } = failure(await get({ method }));
        assert.deepEqual({ reason, sent }, { reason: "network", sent: true });
        assert.equal(arrived, round * 2);
      }
    });
  });
}

test("connections that the service ends when idle disturb no call that is not on them", async () => {
  const server = rawServer((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 0${end}`);
    setImmediate(() => socket.end());
  });
  await withServer(server, async ({ get }) => {
    let answered = 0;
    for (let round = 0; round < 100; round++) {
      const outcome = await get();
      if (outcome.type === "response") answered++;
      else assert.equal(outcome.sent, true);
      await new Promise((resolve) => setTimeout(resolve, round % 3));
    }
    assert.ok(answered >= 50, `${answered} of 100 were answered`);
  });
});

test("a second answer on a connection does not become another call's", async () => {
  const good = `HTTP/1.1 200 OK\r\ncontent-length: 4${end}good`;
  const server = rawServer((socket) => socket.write(good + good.replace("good", "evil")));
  await withServer(server, async ({ get }) => {
    for (let round = 0; round < 20; round++) {
      const outcome = await get();
      if (outcome.type === "response") assert.equal(Buffer.from(outcome.body).toString(), "good");
    }
  });
});

test("what is sent is one request, framed by us", async () => {
  let seen = "";
  const server = createServer((socket) => {
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
      if (seen.endsWith("body")) socket.end(`HTTP/1.1 200 OK${end}`);
    });
  });
  await withServer(server, async ({ get, port }) => {
    response(await get({ method: "POST", body: "body", headers: [["x-a", "1"]] }));
    assert.deepEqual(seen.split("\r\n"), [
      "POST / HTTP/1.1",
      `host: 127.0.0.1:${port}`,
      "connection: keep-alive",
      "x-a: 1",
      "accept-encoding: gzip, br, zstd",
      "content-length: 4",
      "",
      "body",
    ]);
  });
});
