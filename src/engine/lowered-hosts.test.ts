// A secret in a host, which messages name in lowercase.

import assert from "node:assert/strict";
import { test } from "node:test";
import { loweredHosts } from "./lowered-hosts.ts";
import { maskOf } from "./mask.ts";

const values = ["SecretHostAbC", "tiny"];

test("a host that has a secret in it is hidden as it is called, too", () => {
  for (const [url, lowered] of [
    ["http://SecretHostAbC.nowhere.invalid/x", ["secrethostabc.nowhere.invalid"]],
    ["HTTPS://me@a.SecretHostAbC:8443?q", ["a.secrethostabc"]],
    ["http://SecretHostAbC./", ["secrethostabc.", "secrethostabc"]],
    ["http://api.example.com/SecretHostAbC", []],
    ["http://Api.Example.com/", []],
    ["no address", []],
    [undefined, []],
  ] as const) {
    assert.deepEqual(loweredHosts(values, [url]), lowered, url);
  }
  const made = loweredHosts(values, ["http://SecretHostAbC.nowhere.invalid/"]);
  const mask = maskOf({ values: new Map([["HOST", "SecretHostAbC"]]), made });
  const message = "may not be sent to secrethostabc.nowhere.invalid:80";
  assert.equal(mask?.(message), "may not be sent to [made of a secret]:80");
});
