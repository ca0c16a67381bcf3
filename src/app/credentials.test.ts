// The credentials file: private, whole, changed by one at a time, with tenants side by side.

import assert from "node:assert/strict";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { newTenantId } from "../value/id.ts";
import { changeTenant, readCredentials, saveTenant, type TenantEntry } from "./credentials.ts";

const root = mkdtempSync(join(tmpdir(), "dispatched-credentials-"));
after(() => rmSync(root, { recursive: true, force: true }));

function entryOf(number: number): TenantEntry {
  return {
    tenant: newTenantId(1_750_000_000_000, new Uint8Array(10).fill(number)),
    url: `http://127.0.0.1:${number}`,
    origin: `http://127.0.0.1:${number}`,
    api_key: "dsk_live_a",
    private_key: "dprv1_a",
    generation: 1,
    server_keys: ["dsrv1_a"],
    session: null,
    data: null,
  };
}

test("tenants stand side by side, for the owner only", () => {
  const home = join(root, "first");
  assert.deepEqual(readCredentials(home), { current: null, tenants: [] });
  const [one, two] = [entryOf(1), entryOf(2)];
  saveTenant(home, one, false);
  assert.deepEqual(readCredentials(home), { current: one.tenant, tenants: [one] });
  saveTenant(home, two, false);
  assert.equal(readCredentials(home).current, one.tenant, "the current one stays");
  saveTenant(home, two, true);
  const session = { token: "dst_sess_a", expires_at: "2026-01-01T00:00:00.000Z" };
  changeTenant(home, one.tenant, { session });
  changeTenant(home, entryOf(3).tenant, { session });
  assert.deepEqual(readCredentials(home), { current: two.tenant, tenants: [{ ...one, session }, two] });
  assert.equal(statSync(join(home, "credentials.json")).mode & 0o777, 0o600);
  assert.equal(statSync(home).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(home), ["credentials.json"], "no draft and no lock is left");
});

test("a file that others may read is refused, and a link in the place of the draft is not written through", () => {
  const home = join(root, "open");
  saveTenant(home, entryOf(1), true);
  const file = join(home, "credentials.json");
  chmodSync(file, 0o640);
  const refused = { code: "invalid_configuration", message: /is open to others/ };
  assert.throws(() => readCredentials(home), refused);
  assert.throws(() => saveTenant(home, entryOf(2), true), refused);
  chmodSync(file, 0o600);
  const elsewhere = join(root, "elsewhere.txt");
  writeFileSync(elsewhere, "as it was");
  symlinkSync(elsewhere, `${file}.${process.pid}`);
  saveTenant(home, entryOf(2), true);
  assert.equal(readFileSync(elsewhere, "utf8"), "as it was");
  assert.equal(readCredentials(home).tenants.length, 2);
});

test("a damaged file is neither used nor replaced", () => {
  const home = join(root, "second");
  saveTenant(home, entryOf(1), true);
  for (const text of ["", "{", "[]", '{"tenants": [{}]}', "null", '{"current": 1, "tenants": []}']) {
    writeFileSync(join(home, "credentials.json"), text);
    assert.throws(() => readCredentials(home), { code: "invalid_configuration", message: /is damaged/ });
    assert.throws(() => saveTenant(home, entryOf(2), true), { code: "invalid_configuration" });
  }
});

test("one of an earlier version is told as such", () => {
  const home = join(root, "third");
  saveTenant(home, entryOf(1), true);
  const before = { tenant: entryOf(1).tenant, token: "dst_local_abc", url: "" };
  writeFileSync(join(home, "credentials.json"), JSON.stringify(before));
  assert.throws(
    () => readCredentials(home),
    (error: Error & { hint?: string }) => {
      assert.match(error.message, /earlier version/);
      return /move .* away and begin anew/.test(error.hint ?? "");
    },
  );
});

test("a lock that a dead process left is taken over", () => {
  const home = join(root, "fourth");
  saveTenant(home, entryOf(1), true);
  const lock = join(home, "credentials.json.lock");
  writeFileSync(lock, "");
  utimesSync(lock, 1, 1);
  saveTenant(home, entryOf(2), true);
  assert.equal(readCredentials(home).tenants.length, 2);
});
