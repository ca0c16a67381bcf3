// Who calls, behind proxies that are trusted and others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { callerAddress } from "./caller-address.ts";

const isTrusted = (address: string) => address === "127.0.0.1" || address.startsWith("10.");

test("the caller is the last address that no trusted proxy has", () => {
  for (const [connected, forwarded, caller] of [
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
    ["127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["127.0.0.1", "203.0.113.7:5123", "203.0.113.7"],
    ["127.0.0.1", "[2001:db8::1]:443", "2001:db8::1"],
    ["127.0.0.1", "2001:db8::1", "2001:db8::1"],
    ["127.0.0.1", "203.0.113.7, 10.0.0.1", "203.0.113.7"],
    ["127.0.0.1", "10.0.0.2, 10.0.0.1", "10.0.0.2"],
    // What the caller wrote himself comes first.
    ["127.0.0.1", "192.0.2.1, 203.0.113.7", "203.0.113.7"],
    ["127.0.0.1", "203.0.113.7, nonsense", "127.0.0.1"],
    ["127.0.0.1", "203.0.113.7, 10.0.0.1, unknown", "127.0.0.1"],
    ["127.0.0.1", "203.0.113.7, x, 10.0.0.1", "10.0.0.1"],
    // Not by a proxy that is trusted.
    ["198.51.100.1", "203.0.113.7", "198.51.100.1"],
  ] as const) {
    assert.equal(callerAddress(connected, forwarded, isTrusted), caller, String(forwarded));
  }
});
