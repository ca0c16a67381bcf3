// Where an answer says a poll is to ask, and whether the step's credentials may go there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compileSchema } from "../language/compile-schema.ts";
import type { ResponseRule } from "../language/workflow.ts";
import type { AttemptOutcome } from "../run/command.ts";
import { nothingSent } from "./mask.ts";
import { readAnswer as readInSlices } from "./read-answer.ts";
import { atOnce } from "./slices.ts";

const rule: ResponseRule = {
  timeoutMs: 1_000,
  schema: null,
  expect: [],
  parse: "auto",
  maxBytes: 1_000,
  poll: null,
  redirects: 0,
  paginate: null,
};

const readAnswer = (...given: Parameters<typeof readInSlices>) => atOnce(readInSlices(...given));

function targetOf(outcome: AttemptOutcome) {
  return outcome.type === "answer" ? outcome.target : undefined;
}

test("a service on another origin cannot name itself as the step's own", () => {
  const answer = {
    type: "response",
    status: 202,
    headers: { location: "/next" },
    body: new Uint8Array(),
  } as const;
  const home = "https://s.example";
  assert.deepEqual(targetOf(readAnswer(rule, answer, nothingSent, { url: `${home}/jobs` })), {
    url: "https://s.example/next",
    sameOrigin: true,
  });
  assert.deepEqual(
    targetOf(readAnswer(rule, answer, nothingSent, { url: "https://other.example/1", origin: home })),
    {
      url: "https://other.example/next",
      sameOrigin: false,
    },
  );
  const back = { ...answer, headers: { location: `${home}/next` } };
  assert.equal(
    targetOf(readAnswer(rule, back, nothingSent, { url: "https://other.example/1", origin: home }))
      ?.sameOrigin,
    true,
  );
});

test("secrets in what a service answers are recorded by their names, wherever they stand", () => {
  const secrets = new Map([
    ["KEY", "s3cr3t/value"],
    ["PIN", "483920"],
  ]);
  const answered = (headers: Readonly<Record<string, string>>, text = "") => {
    const body = new TextEncoder().encode(text);
    const url = "https://s.example/s3cr3t%2Fvalue/jobs";
    const response = { type: "response", status: 202, headers, body } as const;
    const outcome = readAnswer(rule, response, { values: secrets, made: [] }, { url });
    assert.equal(outcome.type, "answer");
    return outcome;
  };
  assert.deepEqual(targetOf(answered({ location: "1" })), {
    url: ["https://s.example/", { secret: "KEY", encode: "uri" }, "/1"],
    sameOrigin: true,
  });
  assert.deepEqual(targetOf(answered({ location: "https://other.example/483920" })), {
    url: "https://other.example/[secret PIN]",
    sameOrigin: false,
  });
  const failing = answered({ "dispatched-directive": 'fail;reason="not s3cr3t/value"' });
  assert.deepEqual(failing.type === "answer" && failing.directive, {
    type: "fail",
    reason: "not [secret KEY]",
  });
  const json = answered({ "content-type": "application/json" }, '{"pin": 483920, "483920": 4}');
  const broken = answered({ "content-type": "application/json" }, "hello s3cr3t/value-and-more");
  const parsed = readAnswer(
    rule,
    {
      type: "response",
      status: 200,
      headers: { "content-type": "application/json" },
      body: new TextEncoder().encode("s3cr3t/value and more of it that is no JSON"),
    },
    { values: secrets, made: [] },
    { url: "https://s.example/" },
  );
  assert.doesNotMatch(JSON.stringify([broken, parsed]), /s3cr|3t.val/);
  assert.match(JSON.stringify(parsed), /not the JSON that was asked for/);
  assert.deepEqual(json.type === "answer" && json.answer.body, { pin: "[secret PIN]", "[secret PIN]": 4 });
});

test("of a page it is told which secrets stood in it, and which address answered behind a redirect", () => {
  const values = new Map([
    ["KEY", "s3cr3t/value"],
    ["OTHER", "another-value"],
  ]);
  const page = {
    ...rule,
    paginate: { next: { type: "link", rel: "next" }, items: null, maxPages: 9 },
  } as const;
  const sourceOf = (text: string, redirected = false, own: ResponseRule = page) => {
    const headers = { "content-type": "application/json" };
    const response = {
      type: "response",
      status: 200,
      headers,
      body: new TextEncoder().encode(text),
    } as const;
    const url = "https://s.example/s3cr3t%2Fvalue/jobs";
    const outcome = readAnswer(own, response, { values, made: [] }, { url, redirected });
    return outcome.type === "answer" ? outcome.source : null;
  };
  assert.deepEqual(sourceOf('["/a?k=s3cr3t%2Fvalue"]'), { from: null, returned: ["KEY"] });
  assert.deepEqual(sourceOf('["/a?k=s3cr3t%2Fvalue"]', false, rule), undefined);
  assert.deepEqual(sourceOf('["/a?k=[secret KEY]"]'), undefined);
  assert.deepEqual(sourceOf('["s3cr3t/value", "/a?k=[secret KEY]"]'), undefined);
  assert.deepEqual(sourceOf('["s3cr3t/value", "it was [secret KEY]"]'), { from: null, returned: ["KEY"] });
  assert.deepEqual(sourceOf(`["${btoa("s3cr3t/value")}"]`), undefined);
  assert.deepEqual(sourceOf("[]", true), {
    from: ["https://s.example/", { secret: "KEY", encode: "uri" }, "/jobs"],
    returned: [],
  });
});

test("an answer that is too much work for its schema is not said to misfit", () => {
  const compiled = compileSchema(null, { $ref: "#" });
  assert.ok(compiled.ok);
  const body = new TextEncoder().encode("{}");
  const response = {
    type: "response",
    status: 200,
    headers: { "content-type": "application/json" },
    body,
  } as const;
  const outcome = readAnswer({ ...rule, schema: compiled.schema }, response, nothingSent, {
    url: "https://s.example",
  });
  assert.equal(outcome.type === "answer" ? outcome.problem?.kind : undefined, "schema_work");
});
