// HTTP/2 where a service offers it: answers, limits, aborts and every way in which a connection goes away, each call sent once.

import assert from "node:assert/strict";
import { once } from "node:events";
import {
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer as createNetServer, type Socket } from "node:net";
import { test } from "node:test";
import { UndiciCaller } from "../../src/outbound/undici-caller.ts";
import type { OutboundOutcome, OutboundRequest } from "../../src/ports/caller.ts";
import { frame, frameType, okHeaders, rawHttp2, resetStream } from "./raw-http2.ts";
import { testCertificate, testCertificateKey } from "./test-certificate.ts";
import { withServer } from "./with-server.ts";

interface Offered {
  readonly server: Http2SecureServer;
  readonly sessions: ServerHttp2Session[];
  /** Paths of the streams, as they came. */
  readonly paths: string[];
  call(path: string, changes?: Partial<OutboundRequest>): Promise<OutboundOutcome>;
  begin(
    path: string,
    changes?: Partial<OutboundRequest>,
  ): { abort(): void; readonly outcome: Promise<OutboundOutcome> };
}

type Serve = (stream: ServerHttp2Stream, path: string, session: ServerHttp2Session) => void;

const names = (
  _host: string,
  done: (error: null, addresses: { address: string; family: number }[]) => void,
) => done(null, [{ address: "127.0.0.1", family: 4 }]);
const tls = { cert: testCertificate, key: testCertificateKey };
const trust = { http2: true, trustedCertificates: [testCertificate], resolveHost: names };

async function withHttp2(
  serve: Serve,
  run: (offered: Offered) => Promise<void>,
  settings = {},
): Promise<void> {
  const server = createSecureServer({ ...tls, allowHTTP1: true, settings });
  const sessions: ServerHttp2Session[] = [];
  const paths: string[] = [];
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    const path = String(headers[":path"]);
    paths.push(path);
    stream.on("error", () => {});
    serve(stream, path, stream.session as ServerHttp2Session);
  });
  await withServer(
    server,
    async ({ caller, port }) => {
      const request = { method: "POST", headers: [], body: "x", timeoutMs: 10_000, maxBytes: 1_000_000 };
      const begin = (path: string, changes: Partial<OutboundRequest> = {}) =>
        caller.call({ ...request, url: `https://service.test:${port}${path}`, ...changes });
      await run({ server, sessions, paths, begin, call: (path, changes) => begin(path, changes).outcome });
    },
    trust,
  );
}

const answer = (stream: ServerHttp2Stream, body = "ok") => {
  stream.respond({ ":status": 200 });
  stream.end(body);
};

function told(outcome: OutboundOutcome) {
  if (outcome.type === "response") return [outcome.status, Buffer.from(outcome.body).toString().slice(0, 20)];
  return [outcome.reason, outcome.sent];
}

test("calls at once share a connection, up to as many streams as the service allows", async () => {
  let [open, most] = [0, 0];
  await withHttp2(
    (stream) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        answer(stream);
      });
    },
    async ({ call, sessions, paths }) => {
      await call("/first");
      const outcomes = await Promise.all(Array.from({ length: 40 }, (_, index) => call(`/${index}`)));
      assert.deepEqual(new Set(outcomes.map((outcome) => String(told(outcome)))), new Set(["200,ok"]));
      assert.equal(new Set(paths).size, 41, "each was sent once");
      assert.equal(paths.length, 41);
      assert.ok(sessions.every(({ alpnProtocol }) => alpnProtocol === "h2"));
      assert.ok(most <= 3 * sessions.length, `${most} at once over ${sessions.length} connections`);
    },
    { maxConcurrentStreams: 3 },
  );
});

test("a service that speaks HTTP/2 only fails without the setting, with words that name it", async () => {
  for (const http2 of [false, true]) {
    const server = createSecureServer(tls);
    server.on("stream", (stream: ServerHttp2Stream) => answer(stream));
    server.on("sessionError", () => {});
    await withServer(
      server,
      async ({ get, port }) => {
        const outcome = await get({ url: `https://service.test:${port}/` });
        if (http2) return assert.deepEqual(told(outcome), [200, "ok"]);
        assert.ok(outcome.type !== "response");
        assert.deepEqual([outcome.reason, outcome.sent], ["network", false]);
        assert.match(outcome.detail, /DISPATCHED_HTTP2=on/);
      },
      { ...trust, http2 },
    );
  }
});

test("limits hold: body, announced body, headers, interim answers, time", async () => {
  await withHttp2(
    (stream, path) => {
      if (path === "/long") stream.respond({ ":status": 200 });
      if (path === "/long") stream.end(Buffer.alloc(200_000));
      if (path === "/announced") stream.respond({ ":status": 200, "content-length": "200000" });
      if (path === "/interim")
        for (let times = 0; times < 100; times++) stream.additionalHeaders({ ":status": 103 });
      if (path === "/drip") {
        stream.respond({ ":status": 200 });
        const timer = setInterval(() => stream.write("x"), 20);
        stream.on("close", () => clearInterval(timer));
      }
      if (path === "/fine") answer(stream);
    },
    async ({ call, sessions }) => {
      assert.deepEqual(told(await call("/long", { maxBytes: 100_000 })), ["too_large", true]);
      assert.deepEqual(told(await call("/announced", { maxBytes: 100_000 })), ["too_large", true]);
      assert.deepEqual(told(await call("/interim")), ["network", true]);
      assert.deepEqual(told(await call("/silent", { timeoutMs: 200 })), ["timeout", true]);
      assert.deepEqual(told(await call("/drip", { timeoutMs: 300 })), ["timeout", true]);
      assert.deepEqual(told(await call("/fine")), [200, "ok"]);
      assert.ok(sessions.length >= 1);
    },
  );
});

test("an abort ends the stream at the service, and no other's", async () => {
  const closed: string[] = [];
  let streams = 0;
  await withHttp2(
    (stream, path) => {
      streams++;
      stream.on("close", () => closed.push(`${path} ${stream.rstCode}`));
      if (path === "/winner") setTimeout(answer, 100, stream);
    },
    async ({ begin, call, server }) => {
      const loser = begin("/loser");
      const winner = call("/winner");
      while (streams < 2) await once(server, "stream");
      loser.abort();
      assert.deepEqual(told(await loser.outcome), ["aborted", true]);
      assert.deepEqual(told(await winner), [200, "ok"]);
      while (!closed.some((line) => line.startsWith("/loser"))) await new Promise(setImmediate);
    },
  );
});

test("a reset stream, a refused one, a GOAWAY and a lost connection end a call, which is never sent twice", async () => {
  await withHttp2(
    (stream, path, session) => {
      if (path === "/reset") stream.close(2);
      if (path === "/refused") stream.close(7);
      if (path === "/cut") {
        stream.respond({ ":status": 200 });
        stream.write("half");
        setImmediate(() => session.destroy());
      }
      if (path === "/graceful") {
        session.goaway(0, stream.id ?? 0);
        setTimeout(answer, 50, stream);
      }
      if (path === "/fine") answer(stream);
    },
    async ({ call, paths }) => {
      const faults = ["/reset", "/refused", "/cut"];
      for (const path of faults) {
        assert.deepEqual(told(await call(path)), ["network", true], path);
        assert.deepEqual(told(await call("/fine")), [200, "ok"], `after ${path}`);
      }
      assert.deepEqual(told(await call("/graceful")), [200, "ok"], "what was taken before is answered");
      assert.deepEqual(told(await call("/fine")), [200, "ok"], "after a graceful end");
      for (const path of faults) assert.equal(paths.filter((one) => one === path).length, 1, path);
    },
  );
});

test("a connection that is dead without a word is given up after one call that waits in vain", async () => {
  await withHttp2(
    (stream) => answer(stream),
    async ({ begin, server }) => {
      const sockets: Socket[] = [];
      let dead: Socket | null = null;
      const port = (server.address() as { port: number }).port;
      const between = createNetServer((socket) => {
        sockets.push(socket);
        const service = connect(port, "127.0.0.1");
        for (const one of [socket, service]) one.on("error", () => {});
        socket.on("data", (chunk) => socket === dead || service.write(chunk));
        service.on("data", (chunk) => socket === dead || socket.write(chunk));
        socket.on("close", () => service.destroy());
      }).listen(0, "127.0.0.1");
      await once(between, "listening");
      const url = `https://service.test:${(between.address() as { port: number }).port}/`;
      try {
        assert.deepEqual(told(await begin("/", { url }).outcome), [200, "ok"]);
        dead = sockets[0] ?? null;
        assert.deepEqual(told(await begin("/", { url, timeoutMs: 200 }).outcome), ["timeout", true]);
        assert.deepEqual(told(await begin("/", { url }).outcome), [200, "ok"]);
        assert.equal(sockets.length, 2);
      } finally {
        for (const socket of sockets) socket.destroy();
        between.close();
      }
    },
  );
});

test("who does not offer it is called by HTTP/1.1, and nobody is called by HTTP/2 unless that is allowed", async () => {
  const seen: string[] = [];
  const plain = createTlsServer(tls, (request, response) => {
    seen.push(request.httpVersion);
    response.end("ok");
  });
  const both = createSecureServer({ ...tls, allowHTTP1: true }, (request, response) => {
    seen.push(request.httpVersion);
    response.end("ok");
  });
  const get = { method: "GET", headers: [], body: null, timeoutMs: 5_000, maxBytes: 1_000 };
  for (const [server, options] of [
    [plain, trust],
    [both, { ...trust, http2: false }],
    [both, trust],
  ] as const) {
    await withServer(
      server,
      async ({ caller, port }) => {
        const { outcome } = caller.call({ ...get, url: `https://service.test:${port}/` });
        assert.deepEqual(told(await outcome), [200, "ok"]);
      },
      options,
    );
  }
  assert.deepEqual(seen, ["1.1", "1.1", "2.0"]);
});

test("addresses that are not public are refused, and no certificate of others is taken", async () => {
  await withHttp2(
    (stream) => answer(stream),
    async ({ server, sessions }) => {
      const request = { method: "GET", headers: [], body: null, timeoutMs: 5_000, maxBytes: 1_000 };
      const url = `https://service.test:${(server.address() as { port: number }).port}/`;
      const guarded = new UndiciCaller(trust);
      const untrusting = new UndiciCaller({
        http2: true,
        resolveHost: names,
        allowedRanges: ["127.0.0.0/8"],
      });
      assert.deepEqual(told(await guarded.call({ ...request, url }).outcome), ["blocked", false]);
      assert.deepEqual(told(await untrusting.call({ ...request, url }).outcome), ["network", false]);
      assert.equal(sessions.length, 0);
      await Promise.all([guarded.close(), untrusting.close()]);
    },
  );
});

/** What a raw service writes after the headers and a first half of the body. */
const cut: Readonly<Record<string, (stream: number) => Buffer | null>> = {
  INTERNAL_ERROR: (stream) => resetStream(stream, 2),
  "GOAWAY and the end": (stream) => {
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(stream);
    return frame(frameType.goaway, 0, 0, payload);
  },
  "the end of the connection": () => null,
  "CANCEL, with a length": (stream) => resetStream(stream, 8),
  "NO_ERROR, with a length": (stream) => resetStream(stream, 0),
};

async function cutOff(
  end: (stream: number) => Buffer | null,
  headers?: Uint8Array,
): Promise<OutboundOutcome> {
  const half = (stream: number) => frame(frameType.data, 0, stream, Buffer.from("half"));
  const service = rawHttp2((socket, stream) => {
    const last = end(stream);
    socket.write(Buffer.concat([okHeaders(stream, headers), half(stream), last ?? Buffer.alloc(0)]));
    if (last === null || last[3] === frameType.goaway) socket.end();
  });
  const outcomes: OutboundOutcome[] = [];
  await withServer(
    service,
    async ({ caller, port }) => {
      const url = `https://service.test:${port}/`;
      const request = { method: "POST", url, headers: [], body: "x", timeoutMs: 5_000, maxBytes: 1_000 };
      outcomes.push(await caller.call(request).outcome);
    },
    trust,
  );
  return outcomes[0] as OutboundOutcome;
}

test("an answer that is cut off fails", async () => {
  // `content-length: 8`, by its place in the static table (RFC 7541, appendix A).
  const length = Buffer.from([0x5c, 0x01, 0x38]);
  for (const [what, end] of Object.entries(cut)) {
    const outcome = await cutOff(end, what.endsWith("length") ? length : undefined);
    assert.deepEqual(told(outcome), ["network", true], what);
  }
});

test("what keeps HTTP/2 off: cut off by NO_ERROR or CANCEL, without a length, half an answer passes for a whole one", async () => {
  // When this fails, an update has repaired it: read docs/adr/0018-http2.md again.
  for (const code of [0, 8]) {
    assert.deepEqual(told(await cutOff((stream) => resetStream(stream, code))), [200, "half"]);
  }
});

test("a call that a GOAWAY leaves out is not sent again behind our back", async () => {
  let streams = 0;
  const service = rawHttp2((socket) => {
    streams++;
    // Of stream 0: none was taken.
    socket.write(frame(frameType.goaway, 0, 0, Buffer.alloc(8)));
  });
  await withServer(
    service,
    async ({ caller, port }) => {
      const url = `https://service.test:${port}/`;
      const request = { method: "POST", url, headers: [], body: "x", timeoutMs: 5_000, maxBytes: 1_000 };
      assert.deepEqual(told(await caller.call(request).outcome), ["network", true]);
    },
    trust,
  );
  assert.equal(streams, 1);
});

test("headers that are small on the wire and large when unpacked end the call", async () => {
  // A literal of 3,000 bytes that is put into the dynamic table, and named 30 times from there (RFC 7541, section 6).
  const literal = Buffer.concat([
    Buffer.from([0x40, 3]),
    Buffer.from("x-a"),
    Buffer.from([0x7f, 0xb9, 0x16]),
  ]);
  const block = Buffer.concat([literal, Buffer.alloc(3_000, "v"), Buffer.alloc(30, 0xbe)]);
  const outcome = await cutOff((stream) => frame(frameType.data, 1, stream, Buffer.from("end")), block);
  assert.deepEqual(told(outcome), ["too_large", true]);
  const few = Buffer.concat([literal, Buffer.alloc(3_000, "v"), Buffer.alloc(3, 0xbe)]);
  assert.deepEqual(
    told(await cutOff((stream) => frame(frameType.data, 1, stream, Buffer.from("end")), few)),
    [200, "halfend"],
  );
});
