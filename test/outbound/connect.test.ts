// Connecting: names are resolved once, every answer must be permitted, and nothing is sent before the connection stands.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createNetServer } from "node:net";
import { test } from "node:test";
import type { ResolveHost } from "../../src/outbound/guarded-connector.ts";
import { UndiciCaller } from "../../src/outbound/undici-caller.ts";
import type { OutboundOutcome } from "../../src/ports/caller.ts";
import { testCertificate, testCertificateKey } from "./test-certificate.ts";
import { withServer } from "./with-server.ts";

function summary(outcome: OutboundOutcome) {
  return outcome.type === "response" ? outcome.status : { reason: outcome.reason, sent: outcome.sent };
}

const blocked = { reason: "blocked", sent: false };
const unsent = { reason: "network", sent: false };
const request = { method: "POST", headers: [], body: "x", timeoutMs: 3000, maxBytes: 1000 };
const service = () => createServer((incoming, response) => response.end(incoming.headers.host));

/** Gives each answer once, the last for ever, and counts the questions. */
function resolver(...answers: readonly (readonly string[])[]): {
  readonly resolve: ResolveHost;
  asked: number;
} {
  const state = {
    asked: 0,
    resolve: ((_host, done) => {
      const addresses = answers[Math.min(state.asked++, answers.length - 1)] ?? [];
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    }) as ResolveHost,
  };
  return state;
}

test("literal addresses that are not public are refused in every spelling", async () => {
  const caller = new UndiciCaller();
  const hosts = [
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "0x7f000001",
    "127.1",
    "0",
    "0.0.0.0",
    "017700000001",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::a00:1]",
    "[2002:7f00:1::]",
    "[2001::1]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "10.0.0.1",
    "172.31.0.1",
    "192.168.1.1",
    "127.0.0.1.",
    "１２７.0.0.1",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "localhost",
    "LOCALHOST",
    "a.localhost",
    "localhost.",
    "ⓛocalhost",
    "example.com.",
    "255.255.255.255",
    "224.0.0.1",
  ];
  for (const scheme of ["http", "https"]) {
    for (const host of hosts) {
      const outcome = await caller.call({ ...request, url: `${scheme}://${host}:9/` }).outcome;
      assert.deepEqual(summary(outcome), blocked, `${scheme}://${host}`);
    }
  }
  await caller.close();
});

test("loopback may be allowed, and nothing else comes with it", async () => {
  await withServer(service(), async ({ caller, port, get }) => {
    assert.equal(summary(await get()), 200);
    for (const host of ["localhost", "a.localhost", "2130706433", "127.0.0.1"]) {
      assert.equal(
        summary(await caller.call({ ...request, url: `http://${host}:${port}` }).outcome),
        200,
        host,
      );
    }
    for (const host of ["[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "10.0.0.1", "[64:ff9b::7f00:1]"]) {
      const outcome = await caller.call({ ...request, url: `http://${host}:${port}` }).outcome;
      assert.deepEqual(summary(outcome), blocked, host);
    }
  });
});

test("a name is resolved once a connection, and its Host header stays the name", async () => {
  const names = resolver(["127.0.0.1"]);
  await withServer(
    service(),
    async ({ caller, port }) => {
      for (let round = 0; round < 3; round++) {
        const outcome = await caller.call({ ...request, url: `http://service.test:${port}/` }).outcome;
        assert.ok(outcome.type === "response");
        assert.equal(Buffer.from(outcome.body).toString(), `service.test:${port}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.equal(names.asked, 1);
    },
    { resolveHost: names.resolve },
  );
});

test("one answer that is not permitted refuses the name", async () => {
  for (const answers of [["93.184.216.34", "10.0.0.1"], ["10.0.0.1"], ["::ffff:8.8.8.8"], [], ["nonsense"]]) {
    const caller = new UndiciCaller({ resolveHost: resolver(answers).resolve });
    const outcome = await caller.call({ ...request, url: "http://service.test/" }).outcome;
    assert.deepEqual(summary(outcome), blocked, answers.join());
    await caller.close();
  }
});

test("a name that changes its answer is checked at each connection", async () => {
  const names = resolver(["127.0.0.1"], ["169.254.169.254"]);
  const server = createServer((_request, response) => response.writeHead(200, { connection: "close" }).end());
  await withServer(
    server,
    async ({ caller, port }) => {
      const url = `http://service.test:${port}/`;
      assert.equal(summary(await caller.call({ ...request, url }).outcome), 200);
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(summary(await caller.call({ ...request, url }).outcome), blocked);
    },
    { resolveHost: names.resolve },
  );
});

test("a name that cannot be resolved is a network failure", async () => {
  const error = Object.assign(new Error("getaddrinfo ENOTFOUND service.test"), { code: "ENOTFOUND" });
  const caller = new UndiciCaller({ resolveHost: (_host, done) => done(error, []) });
  const outcome = await caller.call({ ...request, url: "http://service.test/" }).outcome;
  assert.deepEqual(summary(outcome), unsent);
  assert.equal(outcome.type === "failure" && outcome.detail, "resolve ENOTFOUND");
  await caller.close();
});

test("a timeout or abort while connecting is unsent, and nothing is sent later", async () => {
  let answer: () => void = () => {};
  let arrived = 0;
  const server = createServer((_request, response) => response.end(`${++arrived}`));
  await withServer(
    server,
    async ({ caller, port }) => {
      const url = `http://service.test:${port}/`;
      assert.deepEqual(summary(await caller.call({ ...request, url, timeoutMs: 30 }).outcome), {
        reason: "timeout",
        sent: false,
      });
      const call = caller.call({ ...request, url });
      call.abort();
      assert.deepEqual(summary(await call.outcome), { reason: "aborted", sent: false });
      answer();
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(arrived, 0);
    },
    {
      resolveHost: (_host, done) => {
        const before = answer;
        answer = () => {
          before();
          done(null, [{ address: "127.0.0.1", family: 4 }]);
        };
      },
    },
  );
});

test("a connection that does not stand in time is a network failure, unsent", async () => {
  // It accepts and never answers the TLS greeting.
  await withServer(
    createNetServer(),
    async ({ get }) => assert.deepEqual(summary(await get({ timeoutMs: 20_000 })), unsent),
    { scheme: "https", connectTimeoutMs: 600 },
  );
});

test("TLS names the host, and its certificate is checked before anything is sent", async () => {
  let arrived = 0;
  const names: (string | false | null | undefined)[] = [];
  const server = createTlsServer({ cert: testCertificate, key: testCertificateKey }, (_request, response) => {
    arrived++;
    response.end();
  });
  server.on("secureConnection", (socket) => names.push(socket.servername));
  const trusting = { trustedCertificates: [testCertificate], resolveHost: resolver(["127.0.0.1"]).resolve };
  await withServer(
    server,
    async ({ caller, port }) => {
      assert.equal(
        summary(await caller.call({ ...request, url: `https://service.test:${port}/` }).outcome),
        200,
      );
      assert.deepEqual(names, ["service.test"]);
      for (const url of [`https://other.test:${port}/`, `https://127.0.0.1:${port}/`]) {
        const outcome = await caller.call({ ...request, url }).outcome;
        assert.deepEqual(summary(outcome), unsent, url);
        assert.equal(outcome.type === "failure" && outcome.detail, "connect ERR_TLS_CERT_ALTNAME_INVALID");
      }
      assert.equal(arrived, 1);
    },
    trusting,
  );
});

test("a certificate that nobody trusts is a network failure, unsent", async () => {
  let arrived = 0;
  const server = createTlsServer({ cert: testCertificate, key: testCertificateKey }, () => arrived++);
  await withServer(
    server,
    async ({ caller, port }) => {
      const outcome = await caller.call({ ...request, url: `https://service.test:${port}/` }).outcome;
      assert.deepEqual(summary(outcome), unsent);
      const detail = outcome.type === "failure" ? outcome.detail : "";
      assert.match(detail, /^connect DEPTH_ZERO_SELF_SIGNED_CERT: .*\(NODE_EXTRA_CA_CERTS\)$/);
      assert.equal(arrived, 0);
    },
    { resolveHost: resolver(["127.0.0.1"]).resolve },
  );
});

test("no proxy is taken from the environment", async () => {
  process.env["HTTP_PROXY"] = process.env["http_proxy"] = "http://127.0.0.1:1";
  try {
    await withServer(service(), async ({ get }) => assert.equal(summary(await get()), 200));
  } finally {
    delete process.env["HTTP_PROXY"];
    delete process.env["http_proxy"];
  }
});

test("close lets calls end, and refuses later ones", async () => {
  const server = createServer((_request, response) => setTimeout(() => response.end("late"), 100));
  await withServer(server, async ({ caller, get }) => {
    const under = get();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const closed = caller.close();
    assert.deepEqual(summary(await get()), { reason: "aborted", sent: false });
    assert.equal(summary(await under), 200);
    await closed;
  });
});

test("calls beyond the connections of an origin wait, and time out unsent", async () => {
  const server = createServer((_request, response) => setTimeout(() => response.end(), 150));
  await withServer(
    server,
    async ({ get }) => {
      const [first, second, third] = await Promise.all([get(), get({ timeoutMs: 50 }), get()]);
      assert.equal(summary(first), 200);
      assert.deepEqual(summary(second), { reason: "timeout", sent: false });
      assert.equal(summary(third), 200);
    },
    { connectionsPerOrigin: 1 },
  );
});

test("connections that come and go under load lose no call", async () => {
  let count = 0;
  const server = createServer((_request, response) => {
    if (count++ % 3 === 0) response.setHeader("connection", "close");
    response.end("x");
  });
  await withServer(server, async ({ get }) => {
    let left = 3000;
    const statuses = new Map<unknown, number>();
    const worker = async (): Promise<void> => {
      while (left-- > 0) {
        const status = summary(await get());
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 40 }, worker));
    assert.deepEqual([...statuses], [[200, 3000]]);
    assert.equal(count, 3000);
  });
});
