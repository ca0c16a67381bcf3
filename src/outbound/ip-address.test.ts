// IP addresses are read in their usual forms only, as Node reads them.

import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { parseIpAddress, parseIpRange, rangeContains } from "./ip-address.ts";

test("Node and we agree about what is an address", () => {
  const part = fc.constantFrom(
    "0",
    "1",
    "ffff",
    "fe80",
    ":",
    "::",
    ".",
    "127",
    "255",
    "256",
    "01",
    "g",
    "%eth0",
    "/8",
    " ",
  );
  const odd = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(odd, fc.ipV4(), fc.ipV6(), fc.ipV4Extended()), (text) => {
      const known = text.includes("%") ? 0 : isIP(text);
      assert.equal(parseIpAddress(text)?.family ?? 0, known, text);
    }),
    { numRuns: 20_000 },
  );
});

test("spellings of one address are one value", () => {
  const value = (text: string) => parseIpAddress(text)?.value;
  assert.equal(value("::ffff:127.0.0.1"), value("0:0:0:0:0:FFFF:7f00:1"));
  assert.equal(value("1::"), value("1:0:0:0:0:0:0:0"));
  assert.equal(value("255.255.255.255"), 0xffff_ffffn);
});

test("ranges hold what they say", () => {
  const range = parseIpRange("10.1.0.0/16");
  assert.ok(range);
  const holds = (text: string) => {
    const address = parseIpAddress(text);
    assert.ok(address);
    return rangeContains(range, address);
  };
  assert.deepEqual(["10.1.0.0", "10.1.255.255", "10.0.255.255", "10.2.0.0", "::a01:0"].map(holds), [
    true,
    true,
    false,
    false,
    false,
  ]);
  for (const wrong of [
    "",
    "10.1.0.1/16",
    "10.1.0.0/33",
    "10.1.0.0/",
    "10.1.0.0/8/8",
    "::1/129",
    "10/8",
    "a/8",
  ]) {
    assert.equal(parseIpRange(wrong), null, wrong);
  }
  assert.equal(parseIpRange("::1")?.prefix, 128);
  assert.equal(parseIpRange("0.0.0.0/0")?.prefix, 0);
});
