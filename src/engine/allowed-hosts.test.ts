// Which addresses a list of hosts allows, and which lists are refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { calledHost, checkHosts, isAllowed, isHostRule, notHost } from "./allowed-hosts.ts";

const allowed = (hosts: readonly string[], url: string) => isAllowed(checkHosts(hosts), calledHost(url));

test("a host is allowed as it stands, whatever its case and port", () => {
  for (const url of ["https://api.example.com/x", "HTTP://API.Example.com?x", "https://api.example.com:8443"])
    assert.equal(allowed(["Api.example.com"], url), true, url);
  for (const url of [
    "https://example.com/",
    "https://xapi.example.com/",
    "https://api.example.com.evil.example/",
    "https://evil.example/api.example.com",
    "https://evil.example?api.example.com",
    "https://evil.example#api.example.com",
  ])
    assert.equal(allowed(["api.example.com"], url), false, url);
});

test("a star stands for names below, at any depth", () => {
  const hosts = ["*.example.com"];
  assert.equal(allowed(hosts, "https://a.example.com/"), true);
  assert.equal(allowed(hosts, "https://a.b.example.com/"), true);
  assert.equal(allowed(hosts, "https://example.com/"), false);
  assert.equal(allowed(hosts, "https://badexample.com/"), false);
  assert.equal(allowed(hosts, "https://.example.com/"), false);
});

test("a port is that of the address, or the usual one of its scheme", () => {
  assert.equal(allowed(["localhost:4001"], "http://localhost:4001/"), true);
  assert.equal(allowed(["localhost:4001"], "http://localhost:4002/"), false);
  assert.equal(allowed(["api.example.com:443"], "https://api.example.com/"), true);
  assert.equal(allowed(["api.example.com:443"], "http://api.example.com/"), false);
  assert.equal(allowed(["*.example.com:80"], "http://a.example.com/"), true);
  assert.equal(allowed(["[::1]:80"], "http://[::1]/"), true);
  assert.equal(allowed(["[::1]"], "http://[::1]:99/"), true);
  assert.equal(allowed(["[::1]:81"], "http://[::1]/"), false);
});

test("an address that parsers may read in two ways is never allowed", () => {
  for (const url of [
    "https://api.example.com@evil.example/",
    "https://evil.example\\@api.example.com/",
    "https://api.example.com\\.evil.example/",
    "https:api.example.com/",
    "https:///api.example.com/",
    "https://api.example.com%2eevil.example/",
    "https://api.example.com\t.evil.example/",
    "https://api.exampl\u00e9.com/",
    "https://api.example.com:80:81/",
  ])
    assert.equal(allowed(["api.example.com", "*.example.com"], url), false, url);
  assert.equal(isAllowed(null, calledHost("https://anything@at.all/")), true);
});

test("what is no host is refused", () => {
  for (const host of [
    "",
    "https://a.example",
    "a.example/x",
    "*",
    "a.*.example",
    "a b",
    "a.example:0",
    "a.example:65536",
  ]) {
    assert.throws(() => checkHosts([host]), { code: "invalid_secret" }, host);
  }
  assert.throws(() => checkHosts([]), { code: "invalid_secret" });
  assert.deepEqual(checkHosts(["A.example", "a.example"]), ["a.example"]);
});

test("a rule for calls spells its host as every request does, or is told how", () => {
  for (const host of [
    "api.example.com",
    "*.example.com:8443",
    "localhost:80",
    "a_b.example",
    "127.0.0.1:5761",
    "[::1]:80",
    "xn--tda.example",
  ])
    assert.equal(isHostRule(host), true, host);
  for (const [host, sent] of [
    ["127.1:5761", "127.0.0.1:5761"],
    ["2130706433:80", "127.0.0.1:80"],
    ["0x7f.1", "127.0.0.1"],
    ["010.0.0.1", "8.0.0.1"],
    ["[0:0::1]:443", "[::1]:443"],
    ["\u00fc.example", "xn--tda.example"],
    ["*.\u00dc.example:1", "*.xn--tda.example:1"],
    ["a.example.", "a.example"],
  ] as const) {
    assert.equal(isHostRule(host), false, host);
    assert.ok(notHost(host).endsWith(`: it is \`${sent}\``), notHost(host));
  }
  for (const host of ["*.127.1", "1.2.3.4.5", "a.0x1", "https://a.example", "a b", "u@a.example", "*"]) {
    assert.equal(isHostRule(host), false, host);
    assert.match(notHost(host), /is not a host$/, host);
  }
});
