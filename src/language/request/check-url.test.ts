// What may be called, and how an address that may not is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import { checkUrl } from "./check-url.ts";

function refusal(url: string): string | null {
  try {
    checkUrl(url);
    return null;
  } catch (error) {
    return error instanceof EvaluationError ? error.message : String(error);
  }
}

test("addresses that may be called, with and without a path and a query", () => {
  for (const rest of ["", "/", "/a/b", "?a=b", "/a?b=/c?d", ":8080", ":8080/a"]) {
    assert.equal(refusal(`https://a.example${rest}`), null, rest);
    assert.equal(refusal(`HTTP://[2001:db8::1]${rest}`), null, rest);
  }
});

test("others are told what is wrong", () => {
  assert.match(refusal("https://a.example/#b") ?? "", /fragment/);
  assert.match(refusal("https://a.example#b") ?? "", /fragment/);
  assert.match(refusal("ftp://a.example/") ?? "", /begin with/);
  assert.match(refusal("https://a@b.example/") ?? "", /credentials/);
  assert.match(refusal("https:///a") ?? "", /no valid host/);
  assert.match(refusal("https://a.example/ b") ?? "", /white space/);
});

test("a long address with a fragment at its end is refused as fast as a short one", () => {
  const long = `https://${"a".repeat(65_000)}#`;
  for (let times = 0; times < 200; times++) assert.match(refusal(long) ?? "", /fragment/);
});
