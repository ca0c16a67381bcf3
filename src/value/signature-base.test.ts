// Signature bases: the examples of RFC 9421, and its HMAC vector.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type InnerList, type Item, parseDictionary } from "structured-headers";
import { type SignedRequest, signatureBase } from "./signature-base.ts";

const headers: Readonly<Record<string, string>> = {
  host: "example.com",
  date: "Tue, 20 Apr 2021 02:07:55 GMT",
  "content-type": "application/json",
  "content-digest":
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
  "content-length": "18",
};
/** `test-request` of appendix B.2. */
const testRequest: SignedRequest = {
  method: "POST",
  url: "https://example.com/foo?param=Value&Pet=dog",
  header: (name) => headers[name] ?? null,
};

function inputOf(header: string): InnerList {
  return [...parseDictionary(header).values()][0] as InnerList;
}

test("appendix B.2.5: the base and its HMAC-SHA256", () => {
  const base = signatureBase(
    testRequest,
    inputOf('sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'),
  );
  assert.equal(
    base,
    [
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@authority": example.com',
      '"content-type": application/json',
      '"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    ].join("\n"),
  );
  const key = Buffer.from(
    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==",
    "base64",
  );
  const mac = createHmac("sha256", key)
    .update(base as string)
    .digest("base64");
  assert.equal(mac, "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=");
});

test("section 2.5: the base of the example", () => {
  const list = '("@method" "@authority" "@path" "content-digest" "content-length" "content-type")';
  const parameters = ';created=1618884473;keyid="test-key-rsa-pss"';
  assert.equal(
    signatureBase(testRequest, inputOf(`sig1=${list}${parameters}`)),
    [
      '"@method": POST',
      '"@authority": example.com',
      '"@path": /foo',
      `"content-digest": ${headers["content-digest"]}`,
      '"content-length": 18',
      '"content-type": application/json',
      `"@signature-params": ${list}${parameters}`,
    ].join("\n"),
  );
});

/** Sections 2.2.1 to 2.2.7. */
const derivedExamples: readonly (readonly [name: string, url: string, value: string])[] = [
  ["@method", "https://www.example.com/path?param=value", "POST"],
  ["@target-uri", "https://www.example.com/path?param=value", "https://www.example.com/path?param=value"],
  ["@authority", "https://www.example.com/path?param=value", "www.example.com"],
  ["@authority", "https://WWW.example.com:443/path", "www.example.com"],
  ["@authority", "http://www.example.com:8080/", "www.example.com:8080"],
  ["@scheme", "http://www.example.com/path?param=value", "http"],
  ["@request-target", "https://www.example.com/path?param=value", "/path?param=value"],
  ["@path", "https://www.example.com/path?param=value", "/path"],
  ["@path", "https://www.example.com", "/"],
  [
    "@query",
    "https://www.example.com/path?param=value&foo=bar&baz=bat%2Dman",
    "?param=value&foo=bar&baz=bat%2Dman",
  ],
  ["@query", "https://www.example.com/path?queryString", "?queryString"],
  ["@query", "https://www.example.com/path", "?"],
];

test("derived components, as sections 2.2.1 to 2.2.7 show them", () => {
  for (const [name, url, value] of derivedExamples) {
    const base = signatureBase({ ...testRequest, url }, inputOf(`sig=("${name}")`));
    assert.equal(base, `"${name}": ${value}\n"@signature-params": ("${name}")`);
  }
});

test("section 2.1: values lose white space at both ends, and an empty one is a value", () => {
  const header = (name: string) =>
    ({ "x-ows-header": "  Leading and trailing whitespace.  ", "x-empty-header": "" })[name] ?? null;
  assert.equal(
    signatureBase({ ...testRequest, header }, inputOf('sig=("x-ows-header" "x-empty-header")')),
    [
      '"x-ows-header": Leading and trailing whitespace.',
      '"x-empty-header": ',
      '"@signature-params": ("x-ows-header" "x-empty-header")',
    ].join("\n"),
  );
});

test("there is no base with a component that is absent, unknown, repeated or of another kind", () => {
  for (const list of [
    '("x-none")',
    '("@none")',
    '("@status")',
    '("date" "date")',
    '("date";sf)',
    "(date)",
    "(1)",
  ]) {
    assert.equal(signatureBase(testRequest, inputOf(`sig=${list}`)), null, list);
  }
  const line: Item = ["date", new Map()];
  assert.equal(signatureBase({ ...testRequest, url: "/foo" }, [[line], new Map()]), null);
  assert.equal(signatureBase({ ...testRequest, header: () => "a\nb" }, [[line], new Map()]), null);
});
