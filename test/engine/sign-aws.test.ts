// AWS Signature Version 4: the same signatures as those of AWS's own library, and an example of AWS's documentation.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { signAws } from "../../src/engine/sign-aws.ts";
import type { OutboundRequest } from "../../src/ports/caller.ts";
import { headerOf } from "./answering-caller.ts";

const vault = {
  mac: (key: Uint8Array, message: Uint8Array) => createHmac("sha256", key).update(message).digest(),
  digest: (bytes: Uint8Array) => createHash("sha256").update(bytes).digest(),
};

/** As the library wants its hash. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret as Uint8Array | undefined;
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
  }
  update(chunk: string | ArrayBuffer | ArrayBufferView) {
    this.#hash.update(chunk as Uint8Array);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

/** As AWS's clients send a path. */
function strict(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const pairs = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), text), {
  selector: ([name]) => name,
  maxLength: 5,
});
const requests = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE"),
  segments: fc.array(
    fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" }).filter((one) => !/^\.+$/.test(one)),
    {
      maxLength: 4,
    },
  ),
  /** Servers but S3 take these as they are sent, and AWS's clients sign them so. */
  plain: fc.stringMatching(/^[a-z:@+=(),;!'*$&]{0,8}$/),
  query: pairs,
  body: fc.option(fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" })),
  service: fc.constantFrom("s3", "execute-api", "sqs"),
  region: fc.constantFrom("us-east-1", "eu-central-1"),
  token: fc.option(fc.base64String({ minLength: 4, maxLength: 40 })),
  meta: fc.option(fc.stringMatching(/^[a-z][a-z ,=]{0,20}$/)),
  nowMs: fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }),
});

test("the signature is that of AWS's library, for whatever is sent", async () => {
  const credentials = {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  };
  await fc.assert(
    fc.asyncProperty(
      requests,
      async ({ method, segments, plain, query, body, service, region, token, meta, nowMs }) => {
        const behind = service === "s3" ? [] : [plain];
        const path = `/${[...segments.map((one) => strict(one)), ...behind].join("/")}`;
        const search = query.map(([name, value]) => `${strict(name)}=${strict(value)}`).join("&");
        const url = `https://host.amazonaws.com${path}${search === "" ? "" : `?${search}`}`;
        const own: [string, string][] = [
          ["content-type", "application/json"],
          ...(meta === null ? [] : [["x-amz-meta-note", meta] as [string, string]]),
        ];
        const request: OutboundRequest = { method, url, headers: own, body, timeoutMs: 1, maxBytes: 1 };
        const texts = {
          access_key_id: credentials.accessKeyId,
          secret_access_key: credentials.secretAccessKey,
          region,
          service,
          ...(token === null ? {} : { session_token: token }),
        };
        const ours = signAws(vault, texts, request, nowMs);
        const theirs = await new SignatureV4({
          service,
          region,
          sha256: Sha256,
          uriEscapePath: service !== "s3",
          credentials: { ...credentials, ...(token === null ? {} : { sessionToken: token }) },
        }).sign(
          {
            method,
            protocol: "https:",
            hostname: "host.amazonaws.com",
            path: new URL(url).pathname,
            query: Object.fromEntries(
              query.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
            ),
            headers: {
              ...Object.fromEntries(own),
              host: "host.amazonaws.com",
              "x-amz-content-sha256": headerOf(ours, "x-amz-content-sha256") ?? "",
            },
            body: body ?? undefined,
          },
          { signingDate: new Date(nowMs) },
        );
        assert.equal(headerOf(ours, "authorization"), theirs.headers["authorization"], url);
        assert.equal(headerOf(ours, "x-amz-date"), theirs.headers["x-amz-date"]);
      },
    ),
    { numRuns: 300 },
  );
});

test("the GET of an object in AWS's documentation of S3 signatures", () => {
  const signed = signAws(
    vault,
    {
      access_key_id: "AKIAIOSFODNN7EXAMPLE",
      secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      region: "us-east-1",
      service: "s3",
    },
    {
      method: "GET",
      url: "https://examplebucket.s3.amazonaws.com/?lifecycle",
      headers: [],
      body: null,
      timeoutMs: 1,
      maxBytes: 1,
    },
    Date.UTC(2013, 4, 24),
  );
  assert.match(
    headerOf(signed, "authorization") ?? "",
    /Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543$/,
  );
});

test("a path with signs that need no encoding is signed as it is sent", () => {
  const canonicalPath = (path: string) => {
    const texts = { access_key_id: "A", secret_access_key: "s", region: "us-east-1", service: "bedrock" };
    const request = { method: "POST", url: `https://host.example${path}`, headers: [], body: null };
    const digested: string[] = [];
    const digest = (bytes: Uint8Array) => {
      digested.push(Buffer.from(bytes).toString());
      return vault.digest(bytes);
    };
    signAws({ ...vault, digest }, texts, { ...request, timeoutMs: 1, maxBytes: 1 }, 0);
    return digested.find((one) => one.startsWith("POST"))?.split("\n")[1];
  };
  const model = "/model/anthropic.claude-v2:1/invoke";
  assert.equal(canonicalPath(model), "/model/anthropic.claude-v2%3A1/invoke");
  assert.equal(canonicalPath(model.replace(":", "%3A")), "/model/anthropic.claude-v2%253A1/invoke");
  // What a server of AWS said that it had expected.
  assert.equal(canonicalPath("/_search/%3Fa=b%20c"), "/_search/%253Fa%3Db%2520c");
});
