// One lookup of a name serves all who ask, slow ones leave room for others, and nobody waits for long.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResolveHost } from "./guarded-connector.ts";
import { HostLookups, systemLookupsMax } from "./host-lookups.ts";

const found = [{ address: "192.0.2.1", family: 4 }];

/** Lookups that end when the test says so. */
function slowSystem(max: number) {
  const asked: string[] = [];
  const ends = new Map<string, () => void>();
  const resolve: ResolveHost = (host, done) => {
    asked.push(host);
    ends.set(host, () => done(null, found));
  };
  const lookups = new HostLookups(resolve, max);
  const told: string[] = [];
  const ask = (host: string, as = host) =>
    lookups.resolve(host, (error) => {
      told.push(`${as} ${(error as NodeJS.ErrnoException | null)?.code ?? "found"}`);
    });
  return { asked, told, ask, end: (host: string) => ends.get(host)?.() };
}

test("a name is looked up once for all who ask meanwhile and for a few seconds", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const { asked, told, ask, end } = slowSystem(8);
  ask("a.test", "first");
  ask("a.test", "second");
  end("a.test");
  ask("a.test", "third");
  assert.deepEqual(told, ["first found", "second found", "third found"]);
  assert.deepEqual(asked, ["a.test"]);
  now = 6_000;
  ask("a.test", "later");
  assert.deepEqual(asked, ["a.test", "a.test"]);
  end("a.test");
});

test("slow names of one domain leave room for others, and domains take turns", () => {
  const { asked, told, ask, end } = slowSystem(4);
  for (const host of ["1.slow.test", "2.slow.test", "3.slow.test"]) ask(host);
  ask("api.example.com");
  assert.deepEqual(asked, ["1.slow.test", "api.example.com"]);
  end("api.example.com");
  for (const host of ["a.one.test", "b.two.test", "c.three.test", "d.four.test"]) ask(host);
  assert.deepEqual(asked.slice(2), ["a.one.test", "b.two.test", "c.three.test"]);
  end("1.slow.test");
  assert.equal(asked.at(-1), "2.slow.test", "it has waited longest");
  end("a.one.test");
  assert.equal(asked.at(-1), "d.four.test");
  assert.deepEqual(told, ["api.example.com found", "1.slow.test found", "a.one.test found"]);
  for (const host of ["b.two.test", "c.three.test", "d.four.test", "2.slow.test", "3.slow.test"]) end(host);
  assert.equal(told.length, 8);
});

test("slow names of one owner hold up nobody else under what many owners share", () => {
  for (const shared of ["co.uk", "com.au", "svc.cluster.local"]) {
    const { asked, ask } = slowSystem(16);
    for (const name of ["1", "2", "3", "4", "5"]) ask(`${name}.slow.${shared}`);
    ask(`api.example.${shared}`);
    assert.equal(asked.length, 5, shared);
    assert.equal(asked.at(-1), `api.example.${shared}`);
  }
});

test("who waits too long is told, and what is found late is kept", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, told, ask, end } = slowSystem(1);
  ask("slow.test");
  ask("other.test");
  t.mock.timers.tick(8_000);
  assert.deepEqual(told, ["slow.test ETIMEOUT", "other.test ETIMEOUT"]);
  ask("slow.test");
  assert.equal(told.at(-1), "slow.test ETIMEOUT", "the same lookup is still under way");
  end("slow.test");
  assert.deepEqual(asked, ["slow.test"], "nobody waits for the other any more");
  ask("slow.test");
  assert.equal(told.at(-1), "slow.test found");
});

test("a lookup that fails is not kept", () => {
  let asked = 0;
  const error = Object.assign(new Error("not found"), { code: "ENOTFOUND" });
  const lookups = new HostLookups((_host, done) => {
    asked++;
    done(error, []);
  }, 2);
  const told: (Error | null)[] = [];
  lookups.resolve("a.test", (failed) => told.push(failed));
  lookups.resolve("a.test", (failed) => told.push(failed));
  assert.deepEqual([asked, told], [2, [error, error]]);
});

test("half of the system's threads look up names", () => {
  assert.deepEqual([undefined, "32", "1", "none", "99999"].map(systemLookupsMax), [2, 16, 1, 2, 512]);
});
