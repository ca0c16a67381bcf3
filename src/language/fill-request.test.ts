// Secrets are put in at the moment of the call, and cannot leave the place where they stand.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileRequest, scopeOf } from "../../test/language/compile-request.ts";
import { fillRequest } from "./fill-request.ts";
import { renderRequest } from "./render-request.ts";
import { secretNames } from "./secret-names.ts";

function fill(request: string, secrets: Readonly<Record<string, string>>, body = {}) {
  const rendered = renderRequest(compileRequest(request), scopeOf(body));
  assert.ok(rendered.ok);
  return fillRequest(rendered.request, new Map(Object.entries(secrets)));
}

function fillUrl(template: string, secret: string): string {
  const result = fill(`method: GET\nurl: "${template}"`, { S: secret });
  return result.ok ? result.request.url : result.problem.code;
}

test("every place takes a secret", () => {
  const result = fill(
    `method: POST
url: "https://a.example/{{ secrets.ID }}?z=1"
query: {a: "{{ secrets.ID }}", "b c": "\u00e9&"}
headers: {X-Key: "k {{ secrets.KEY }}", X-Two: [a, b]}
auth: {type: basic, username: user, password: "{{ secrets.KEY }}"}
body: {a: ["{{ secrets.KEY }}", 12345678901234567890], b: "{{ secrets.ID }}-{{ secrets.ID }}"}`,
    { ID: "i/d", KEY: 'q"\\\u00e9' },
  );
  assert.deepEqual(result, {
    ok: true,
    request: {
      method: "POST",
      url: "https://a.example/i%2Fd?z=1&a=i%2Fd&b%20c=%C3%A9%26",
      headers: [
        ["x-key", 'k q"\\\u00e9'],
        ["x-two", "a"],
        ["x-two", "b"],
        ["content-type", "application/json"],
        ["authorization", `Basic ${Buffer.from('user:q"\\\u00e9').toString("base64")}`],
      ],
      body: '{"a":["q\\"\\\\\u00e9",12345678901234567890],"b":"i/d-i/d"}',
      auth: null,
    },
  });
});

test("a secret in the address stays in its place", () => {
  assert.equal(
    fillUrl("https://a.example/{{ secrets.S }}/x", "a/b?c#d"),
    "https://a.example/a%2Fb%3Fc%23d/x",
  );
  assert.equal(fillUrl("https://{{ secrets.S }}.example/x", "tenant-1"), "https://tenant-1.example/x");
  assert.equal(fillUrl("{{ secrets.S }}/x", "https://b.example/v1"), "https://b.example/v1/x");
  for (const bad of ["a/b", "a@b", "a:1", "a#"])
    assert.equal(fillUrl("https://{{ secrets.S }}/x", bad), "invalid_url", bad);
  for (const bad of [".", "..", "../x", "a\\.."])
    assert.equal(fillUrl("https://a.example/{{ secrets.S }}/x", bad), "invalid_url", bad);
  assert.equal(fillUrl("https://a.example/.{{ secrets.S }}/x", "."), "invalid_url");
  for (const bad of ["ftp://x", "https://u:p@x", "", "x"])
    assert.equal(fillUrl("{{ secrets.S }}/x", bad), "invalid_url", bad);
});

test("what a secret may not be in a header is refused without saying it", () => {
  for (const secret of ["abc\r\nx-evil: 1", "abc\u0000", "abc\u20ac"]) {
    const result = fill('method: GET\nurl: "https://a.example"\nheaders: {X-A: "{{ secrets.S }}"}', {
      S: secret,
    });
    assert.ok(!result.ok);
    assert.equal(result.problem.code, "invalid_header");
    assert.doesNotMatch(result.problem.message, /abc/);
  }
  const token = fill(
    'method: GET\nurl: "https://a.example"\nauth: {type: bearer, token: "{{ secrets.S }}"}',
    { S: "a\nb" },
  );
  assert.equal(token.ok || token.problem.code, "invalid_header");
  const user = fill(
    'method: GET\nurl: "https://a.example"\nauth: {type: basic, username: "{{ secrets.S }}", password: p}',
    { S: "a:b" },
  );
  assert.equal(user.ok || user.problem.code, "invalid_header");
});

test("a secret that is missing, and a body or headers that grow too large, are problems", () => {
  const missing = fill('method: GET\nurl: "https://a.example/{{ secrets.S }}"', {});
  assert.equal(missing.ok || missing.problem.code, "secret_missing");
  const large = fill('method: POST\nurl: "https://a.example"\nbody: ["{{ secrets.S }}"]', {
    S: "x".repeat(1024 * 1024),
  });
  assert.equal(large.ok || large.problem.code, "body_too_large");
  const header = fill('method: GET\nurl: "https://a.example"\nheaders: {a: "{{ secrets.S }}"}', {
    S: "x".repeat(65_536),
  });
  assert.equal(header.ok || header.problem.code, "invalid_header");
});

test("whatever a secret is, the body stays JSON with the secret as one text", () => {
  const request = compileRequest(
    'method: POST\nurl: "https://a.example"\nbody: {a: "{{ secrets.S }}", b: {c: "x{{ secrets.S }}"}}',
  );
  const rendered = renderRequest(request, scopeOf({}));
  assert.ok(rendered.ok);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (secret) => {
      const result = fillRequest(rendered.request, new Map([["S", secret]]));
      assert.ok(result.ok);
      assert.deepEqual(JSON.parse(String(result.request.body)), { a: secret, b: { c: `x${secret}` } });
    }),
  );
});

test("whatever a value or a secret is, scheme and host are the author's", () => {
  const value = compileRequest(
    'method: GET\nurl: "https://a.example/p/{{ trigger.body.x }}/{{ secrets.S }}?q={{ trigger.body.x }}"',
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (x, secret) => {
      const rendered = renderRequest(value, scopeOf({ x }));
      if (!rendered.ok) return;
      const result = fillRequest(rendered.request, new Map([["S", secret]]));
      if (!result.ok) return;
      const url = new URL(result.request.url);
      assert.equal(url.host, "a.example");
      assert.equal(url.pathname.split("/").length, 4);
      assert.ok(url.pathname.startsWith("/p/"));
    }),
  );
});

test("the names of the secrets, each once", () => {
  const request = compileRequest(`method: POST
url: "https://a.example/{{ secrets.A }}"
query: {q: "{{ secrets.B }}"}
headers: {h: "{{ secrets.C }}"}
auth: {type: basic, username: "{{ secrets.D }}", password: "{{ secrets.A }}"}
text: "{{ secrets.E }}"`);
  const rendered = renderRequest(request, scopeOf({}));
  assert.deepEqual(rendered.ok && secretNames(rendered.request), ["A", "B", "C", "E", "D"]);
});

test("half of a surrogate pair is sent nowhere but in JSON, and the message names what has it", () => {
  const half = "\\ud83d";
  const value = `"a{{ trigger.body.t }}"`;
  const places = {
    [`query: {q: ${value}}`]: "query parameter `q`",
    [`query: {"q${half}": a}`]: "the name of a query parameter",
    [`form: {f: ${value}}`]: "field `f`",
    [`form: {"f${half}": a}`]: "the name of a field",
    [`text: ${value}`]: "the body",
    [`text: "{{ secrets.S }}"`]: "the body",
    [`multipart: [{name: p, text: ${value}}]`]: "part `p`",
    [`multipart: [{name: "p${half}", text: a}]`]: "the name of a part",
    [`multipart: [{name: p, filename: ${value}, text: a}]`]: "the file name of part `p`",
    [`auth: {type: basic, username: ${value}, password: a}`]: "`auth.username`",
    [`auth: {type: basic, username: a, password: ${value}}`]: "`auth.password`",
    [`auth: {type: bearer, token: ${value}}`]: "`auth.token`",
    [`auth: {type: oauth2, token_url: "https://a.example", client_id: a, client_secret: b, scope: ${value}}`]:
      "`auth.scope`",
    [`auth: {type: aws_sigv4, access_key_id: a, secret_access_key: ${value}, region: c, service: d}`]:
      "`auth.secret_access_key`",
  };
  const post = (rest: string) =>
    fill(`method: POST\nurl: "https://a.example"\n${rest}`, { S: "\udc00" }, { t: "\ud83d" });
  for (const [place, what] of Object.entries(places)) {
    const message = `${what} has half of a surrogate pair, which is no text`;
    assert.deepEqual(post(place), { ok: false, problem: { code: "not_a_text", message } }, place);
  }
  assert.equal(fillUrl(`https://a.example/${half}`, ""), "not_a_text");
  assert.equal(fillUrl("https://a.example/{{ secrets.S }}", "\ud83d"), "not_a_text");
  const json = post(`body: {t: "{{ trigger.body.t }}", s: "{{ secrets.S }}"}`);
  assert.equal(json.ok && json.request.body, '{"t":"\\ud83d","s":"\\udc00"}');
  const whole = fill(
    'method: POST\nurl: "https://a.example"\ntext: "{{ trigger.body.a }}{{ trigger.body.b }}"',
    {},
    {
      a: "\ud83d",
      b: "\ude00",
    },
  );
  assert.equal(whole.ok && whole.request.body, "\u{1F600}");
});
