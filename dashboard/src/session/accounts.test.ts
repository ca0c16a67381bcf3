// Who is signed in: a session that is renewed in the background changes nothing of who is shown, and brings nobody back.

import assert from "node:assert/strict";
import { test } from "node:test";

const kept = new Map<string, string>();
Object.assign(globalThis, {
  sessionStorage: {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  },
});
const { accountOf, deviceInMemory, enter, leave, renewed } = await import("./accounts.ts");

const device = (tenant: string) => ({ tenant }) as Parameters<typeof renewed>[1];
const account = (tenant: string, token: string) => ({ tenant, token, expiresAt: Date.now() + 60_000 });
const current = () => JSON.parse(kept.get("dispatched.sessions") ?? "null").current;

test("what is renewed stays behind what is shown", () => {
  enter(account("ten_a", "a1"), device("ten_a"));
  enter(account("ten_b", "b1"), device("ten_b"));
  assert.equal(renewed(account("ten_a", "a2"), device("ten_a")), true);
  assert.equal(current(), "ten_b");
  assert.equal(accountOf("ten_a")?.token, "a2");
});

test("a session that comes after its tenant has left is not kept, nor are its keys", () => {
  leave("ten_a");
  assert.equal(renewed(account("ten_a", "a3"), device("ten_a")), false);
  assert.deepEqual([accountOf("ten_a"), deviceInMemory("ten_a")], [null, null]);
});
