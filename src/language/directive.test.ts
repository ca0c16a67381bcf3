// Directives as headers: what is taken, with its units, and what is none.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Directive, parseDirective } from "./directive.ts";

test("each directive with and without its parameters", () => {
  const cases: readonly (readonly [header: string, directive: Directive])[] = [
    ["retry", { type: "retry", afterMs: null }],
    ["retry;after=30", { type: "retry", afterMs: 30_000 }],
    ["retry; after=0", { type: "retry", afterMs: 0 }],
    ["retry;after=-0", { type: "retry", afterMs: 0 }],
    ["retry;after=0.125", { type: "retry", afterMs: 125 }],
    ["retry;after=1.001", { type: "retry", afterMs: 1001 }],
    ["retry;after=31622400", { type: "retry", afterMs: 31_622_400_000 }],
    ["retry;after=1;after=2", { type: "retry", afterMs: 2000 }],
    ["fail", { type: "fail", reason: null }],
    ['fail;reason="no \\"stock\\""', { type: "fail", reason: 'no "stock"' }],
    ['fail;reason=%"kein Gep%c3%a4ck"', { type: "fail", reason: "kein Gepäck" }],
    ["poll", { type: "poll", afterMs: null, url: null }],
    ['poll;after=5;url="/jobs/1"', { type: "poll", afterMs: 5000, url: "/jobs/1" }],
    ["  skip ", { type: "skip" }],
    ["complete", { type: "complete" }],
    ['complete;trace="x";urgent', { type: "complete" }],
    ["skip;reason=7", { type: "skip" }],
  ];
  for (const [header, directive] of cases) assert.deepEqual(parseDirective(header), directive, header);
});

test("other words, types, bounds and forms are none", () => {
  const headers = [
    "",
    "again",
    "Retry",
    '"retry"',
    "?1",
    "retry;after",
    "retry;after=-1",
    "retry;after=31622401",
    'retry;after="30"',
    "retry;after=30s",
    "retry;after=0.1234",
    "retry;after=@30",
    "retry;After=30",
    "retry after=30",
    "retry,skip",
    "fail;reason",
    "fail;reason=no",
    'fail;reason="ä"',
    'fail;reason="open',
    "poll;url=/jobs/1",
    'poll;url=%"/jobs/1"',
    'poll;after=true;url="/jobs/1"',
    "(retry)",
    "retry\t",
  ];
  for (const header of headers) assert.equal(parseDirective(header), null, header);
});

test("no header makes the reader throw", () => {
  const latin = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes));
  const near = fc.tuple(
    fc.constantFrom("retry", "fail", "poll", "skip"),
    fc.constantFrom(";after=", ";reason=", ";url=", ";", "="),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        latin,
        near.map((parts) => parts.join("")),
      ),
      (header) => {
        const directive = parseDirective(header);
        if (directive?.type === "retry" && directive.afterMs !== null) assert.ok(directive.afterMs >= 0);
      },
    ),
  );
});
