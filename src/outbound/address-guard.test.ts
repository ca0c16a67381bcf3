// The guard refuses all that is not public unicast, and at least what another guard refuses.

import assert from "node:assert/strict";
import { isIPv6, type LookupFunction, type Socket } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { RequestFilteringHttpAgent } from "request-filtering-agent";
import { AddressGuard, loopbackRanges } from "./address-guard.ts";
import { parseIpAddress, parseIpRange } from "./ip-address.ts";
import { specialRanges } from "./special-ranges.ts";

const guard = new AddressGuard();

test("both ends of every special range are refused, and their public neighbours are not", () => {
  for (const [text] of specialRanges) {
    const range = parseIpRange(text);
    assert.ok(range, text);
    const size = 1n << BigInt((range.family === 4 ? 32 : 128) - range.prefix);
    assert.equal(guard.permits(format(range.family, range.value)), false, text);
    assert.equal(guard.permits(format(range.family, range.value + size - 1n)), false, text);
  }
  const neighbours = [
    "1.0.0.0",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
  ];
  const more = [
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "223.255.255.255",
  ];
  const six = [
    "2001:200::",
    "2606:4700::1111",
    "2001:db7::",
    "2001:db9::",
    "2003::",
    "3ffe::",
    "3fff:1000::",
  ];
  for (const text of [...neighbours, ...more, ...six]) assert.equal(guard.permits(text), true, text);
});

test("what is no address is refused", () => {
  for (const text of [
    "",
    "example.com",
    "0x7f.1",
    "2130706433",
    "8.8.8.8.",
    "fe80::1%eth0",
    "8.8.8.8/32",
    " 8.8.8.8",
  ]) {
    assert.equal(guard.permits(text), false, text);
    assert.equal(new AddressGuard(["0.0.0.0/0", "::/0"]).permits(text), false, text);
  }
});

test("allowed ranges are allowed, and nothing beside them", () => {
  const dev = new AddressGuard(loopbackRanges);
  for (const text of ["127.0.0.1", "127.255.255.255", "::1", "8.8.8.8"])
    assert.equal(dev.permits(text), true, text);
  for (const text of ["::ffff:127.0.0.1", "::", "0.0.0.0", "10.0.0.1", "::2"])
    assert.equal(dev.permits(text), false, text);
  assert.throws(() => new AddressGuard(["10.0.0.1/8"]), RangeError);
});

test("request-filtering-agent refuses nothing that we permit", async () => {
  const edges = specialRanges.flatMap(([text]) => {
    const range = parseIpRange(text);
    assert.ok(range);
    const size = 1n << BigInt((range.family === 4 ? 32 : 128) - range.prefix);
    return [-1n, 0n, size / 2n, size - 1n, size].map((offset) => format(range.family, range.value + offset));
  });
  const anySix = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => format(6, value));
  const globalSix = fc
    .bigInt({ min: 0x2000n << 112n, max: (0x4000n << 112n) - 1n })
    .map((value) => format(6, value));
  const embedded = fc
    .tuple(fc.constantFrom("::ffff:", "::", "64:ff9b::", "2002:7f00:1::", "fe80::"), fc.ipV4())
    .map(([prefix, quad]) => prefix + quad);
  const addresses = fc.oneof(fc.constantFrom(...edges), fc.ipV4(), anySix, globalSix, embedded);
  await fc.assert(
    fc.asyncProperty(addresses, async (address) => {
      if (guard.permits(address)) assert.equal(await otherGuardPermits(address), true, address);
    }),
    { numRuns: 3000, examples: edges.map((edge) => [edge]) },
  );
});

/** What the other guard says of a name that resolves to `address`. The connection is ended before it is begun. */
function otherGuardPermits(address: string): Promise<boolean> {
  const family = isIPv6(address) ? 6 : 4;
  const lookup: LookupFunction = (_host, _options, done) => process.nextTick(done, null, address, family);
  const options = { host: "name.test", port: 9, lookup, autoSelectFamily: false };
  const agent = new RequestFilteringHttpAgent();
  return new Promise((resolve) => {
    const socket = agent.createConnection(options, () => {}) as Socket;
    socket.on("error", () => resolve(false));
    socket.on("lookup", (error: Error | null) => {
      socket.destroy();
      resolve(error === null || error === undefined);
    });
  });
}

function format(family: 4 | 6, value: bigint): string {
  const bits = family === 4 ? 8n : 16n;
  const count = family === 4 ? 4 : 8;
  const parts = Array.from(
    { length: count },
    (_, index) => (value >> (bits * BigInt(count - 1 - index))) & ((1n << bits) - 1n),
  );
  const text = parts.map((part) => part.toString(family === 4 ? 10 : 16)).join(family === 4 ? "." : ":");
  assert.equal(parseIpAddress(text)?.value, value & ((1n << (bits * BigInt(count))) - 1n));
  return text;
}
