// The credentials file: made once, private, whole.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openCredentials, readCredentials, writeCredentials } from "./credentials.ts";
import { tokenCheck } from "./token-check.ts";

const root = mkdtempSync(join(tmpdir(), "dispatched-credentials-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("they are made once, for the owner only, and found again", () => {
  const home = join(root, "first");
  const made = openCredentials(home);
  assert.match(made.token, /^dst_local_[\w-]{43}$/);
  assert.match(made.tenant, /^ten_/);
  assert.deepEqual(openCredentials(home), made);
  assert.equal(statSync(join(home, "credentials.json")).mode & 0o777, 0o600);
  assert.equal(statSync(home).mode & 0o777, 0o700);
  writeCredentials(home, { ...made, url: "http://127.0.0.1:4000" });
  assert.equal(readCredentials(home)?.url, "http://127.0.0.1:4000");
  assert.equal(statSync(join(home, "credentials.json")).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(home), ["credentials.json"], "no draft is left");
});

test("without a file there are none, and a damaged one is not replaced", () => {
  const home = join(root, "second");
  assert.equal(readCredentials(home), null);
  openCredentials(home);
  for (const text of ["", "{", "[]", '{"tenant": "ten_1"}', "null"]) {
    writeFileSync(join(home, "credentials.json"), text);
    assert.throws(() => openCredentials(home), { code: "invalid_configuration" });
  }
});

test("only the whole token is taken", () => {
  const credentials = openCredentials(join(root, "third"));
  const check = tokenCheck(credentials);
  assert.equal(check(credentials.token), credentials.tenant);
  for (const token of ["", "x", `${credentials.token}x`, credentials.token.slice(0, -1)]) {
    assert.equal(check(token), null);
  }
});
