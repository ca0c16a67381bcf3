// What a request becomes: null, lists, texts, addresses, and secrets as references.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compileRequest, scopeOf } from "../../test/language/compile-request.ts";
import type { Json } from "../value/json.ts";
import { renderRequest } from "./render-request.ts";

const post = 'method: POST\nurl: "https://a.example/x"\n';

function render(request: string, body: Json = {}, defaults = "{}") {
  return renderRequest(compileRequest(request, defaults), scopeOf(body));
}

/** The recorded request, or the code of the problem. */
function part<Name extends "url" | "query" | "headers" | "body" | "auth">(
  name: Name,
  request: string,
  body: Json = {},
) {
  const result = render(request, body);
  return result.ok ? result.request[name] : result.problem.code;
}

const url = (template: string, body: Json = {}) => part("url", `method: GET\nurl: "${template}"`, body);
const json = (template: string, body: Json = {}) => part("body", `${post}body: ${template}`, body);
const header = (template: string, body: Json = {}) =>
  part("headers", `method: GET\nurl: "https://a.example"\nheaders: {X-A: ${template}}`, body);
const query = (template: string, body: Json = {}) =>
  part("query", `method: GET\nurl: "https://a.example"\nquery: {q: ${template}}`, body);

test("a body: raw values, null stays null, text around gives text", () => {
  const body = { n: 7, big: 12345678901234567890n, t: "x", list: [1, 2], o: { k: true }, no: null };
  const value = (template: string) => {
    const rendered = json(template, body);
    return typeof rendered === "object" && rendered?.type === "json" ? rendered.value : rendered;
  };
  assert.deepEqual(value('"{{ trigger.body.n }}"'), 7);
  assert.deepEqual(
    value('{a: "{{ trigger.body.o }}", b: "{{ trigger.body.missing }}", c: [1, "{{trigger.body.list}}"]}'),
    {
      a: { k: true },
      b: null,
      c: [1, [1, 2]],
    },
  );
  assert.deepEqual(
    value('"n={{ trigger.body.n }} b={{ trigger.body.big }} t={{ trigger.body.t }}"'),
    "n=7 b=12345678901234567890 t=x",
  );
  assert.deepEqual(value('"{{ trigger.body.list }}{{ trigger.body.o }}{{ true }}"'), '[1,2]{"k":true}true');
  assert.deepEqual(value('" {{ trigger.body.n }}"'), " 7");
  assert.deepEqual(value("{expr: trigger.body.n, lang: path}"), 7);
  assert.deepEqual(value('{expr: "{{ trigger.body.n }}", lang: literal}'), {
    expr: "{{ trigger.body.n }}",
    lang: "literal",
  });
  assert.deepEqual(value(`{expr: select, lang: "{{ 'sql' }}"}`), { expr: "select", lang: "sql" });
  assert.deepEqual(value("{expr: x, lang: path, more: 1}"), { expr: "x", lang: "path", more: 1 });
  assert.deepEqual(value(`"{{ '{{' }}x{{ '}}' }} }}"`), "{{x}} }}");
  assert.equal(value('"x {{ trigger.body.no }}"'), "null_in_text");
  assert.deepEqual(value(`"x {{ trigger.body.no ?? 'none' }}"`), "x none");
  assert.equal(value("null"), null);
  assert.deepEqual(value('{"{{ a }}": 1}'), { "{{ a }}": 1 });
});

test("runtime data is never looked into for templates", () => {
  const rendered = json('{a: "{{ trigger.body.t }}", b: "-{{ trigger.body.t }}"}', {
    t: "{{ secrets.KEY }}",
  });
  assert.deepEqual(rendered, {
    type: "json",
    value: { a: "{{ secrets.KEY }}", b: "-{{ secrets.KEY }}" },
    holes: [],
  });
});

test("a header: null drops it, a list repeats it, an object fails", () => {
  assert.deepEqual(header('"{{ trigger.body.x }}"'), []);
  assert.deepEqual(header('"{{ trigger.body.x }}"', { x: ["a", null, 2, true] }), [
    ["x-a", "a"],
    ["x-a", "2"],
    ["x-a", "true"],
  ]);
  assert.deepEqual(header('["{{ trigger.body.x }}", b]', { x: ["a", "c"] }), [
    ["x-a", "a"],
    ["x-a", "c"],
    ["x-a", "b"],
  ]);
  assert.deepEqual(header('"{{ trigger.body.x }}"', { x: [] }), []);
  assert.deepEqual(header('"v{{ trigger.body.x }}"', { x: 1.5 }), [["x-a", "v1.5"]]);
  assert.equal(header('"v{{ trigger.body.x }}"'), "null_in_text");
  assert.equal(header('"{{ trigger.body.x }}"', { x: { a: 1 } }), "not_a_text");
  assert.equal(header('"{{ trigger.body.x }}"', { x: [["a"]] }), "not_a_text");
  assert.equal(header('"{{ trigger.body.x }}"', { x: "a\r\nb: c" }), "invalid_header");
  assert.equal(header('"{{ trigger.body.x }}"', { x: "a\u0000" }), "invalid_header");
  assert.equal(header('"{{ trigger.body.x }}"', { x: "\u20ac" }), "invalid_header");
  assert.deepEqual(header('"{{ trigger.body.x }}"', { x: "caf\u00e9\t" }), [["x-a", "caf\u00e9\t"]]);
  assert.deepEqual(header("5"), [["x-a", "5"]]);
  assert.deepEqual(header("null"), []);
});

test("a query parameter: as a header, but with any characters", () => {
  assert.deepEqual(query('"{{ trigger.body.x }}"'), []);
  assert.deepEqual(query('"{{ trigger.body.x }}"', { x: ["a&b", "\n"] }), [
    ["q", "a&b"],
    ["q", "\n"],
  ]);
  assert.deepEqual(query('"a{{ trigger.body.x }}"', { x: [1] }), [["q", "a[1]"]]);
  assert.equal(query('"{{ trigger.body.x }}"', { x: {} }), "not_a_text");
  assert.equal(query('"a{{ trigger.body.x }}"'), "null_in_text");
});

test("an address: values are encoded, but one at its beginning is not", () => {
  const body = { id: "a/b ?#&=%\u00e9", base: "https://b.example/v1?x=1", n: 5, none: null };
  assert.equal(
    url("https://a.example/{{ trigger.body.id }}/x", body),
    "https://a.example/a%2Fb%20%3F%23%26%3D%25%C3%A9/x",
  );
  assert.equal(
    url("https://a.example/?q={{ trigger.body.id }}", body),
    "https://a.example/?q=a%2Fb%20%3F%23%26%3D%25%C3%A9",
  );
  assert.equal(url("{{ trigger.body.base }}", body), "https://b.example/v1?x=1");
  assert.equal(
    url("{{ trigger.body.base }}&y={{ trigger.body.id }}", body),
    "https://b.example/v1?x=1&y=a%2Fb%20%3F%23%26%3D%25%C3%A9",
  );
  assert.equal(url("https://a.example/{{ trigger.body.n }}", body), "https://a.example/5");
  assert.equal(url("https://a.example/{{ trigger.body.none }}", body), "null_in_text");
  assert.equal(url("{{ trigger.body.none }}", body), "null_in_text");
  assert.equal(url("{{ trigger.body.n }}", body), "invalid_url");
  for (const before of ["", "?q="])
    assert.equal(url(`https://a.example/${before}{{ trigger.body.x }}`, { x: "\ud800" }), "not_a_text");
  assert.equal(url("https://a.example/x{{ trigger.body.x }}", { x: "" }), "https://a.example/x");
});

test("an address: what stands in the host is host characters", () => {
  const host = (value: Json) => url("https://{{ trigger.body.h }}/x", { h: value });
  assert.equal(host("api.example.com"), "https://api.example.com/x");
  assert.equal(host("my_host-1"), "https://my_host-1/x");
  for (const bad of [
    "a.example/",
    "a@b",
    "a:80",
    "a#",
    "a?b",
    "\u00e4.example",
    "a%2eb",
    "[::1]",
    "a b",
    "a\\b",
    "",
  ]) {
    assert.equal(host(bad), "invalid_url", bad);
  }
  assert.equal(
    url("https://{{ trigger.body.t }}.example.com:{{ trigger.body.p }}/", { t: "acme", p: 8080 }),
    "https://acme.example.com:8080/",
  );
  assert.equal(url("https://a.example:{{ trigger.body.p }}/", { p: "80x" }), "invalid_url");
  assert.equal(
    url("https://a.example{{ trigger.body.h }}", { h: ".evil.example" }),
    "https://a.example.evil.example",
  );
  assert.equal(url("https://a.example{{ trigger.body.h }}", { h: "@evil.example" }), "invalid_url");
});

test("an address: dots are no segments, however they are put together", () => {
  const path = (template: string, value: string) => url(`https://a.example/${template}`, { x: value });
  const x = "{{ trigger.body.x }}";
  for (const bad of [".", "..", "../admin", "a/../b", "..\\x", "a/."])
    assert.equal(path(`p/${x}/q`, bad), "invalid_url", bad);
  assert.equal(path(`.${x}/q`, "."), "invalid_url");
  assert.equal(path(`%2e${x}`, "."), "invalid_url");
  assert.equal(path(`${x}%2E?q`, "."), "invalid_url");
  assert.equal(path(`${x}${x}`, "."), "invalid_url");
  assert.equal(path(`p/.${x}`, ""), "invalid_url");
  assert.equal(path(`${x}`, "..."), "https://a.example/...");
  assert.equal(path(`${x}`, "a..b"), "https://a.example/a..b");
  assert.equal(path(`${x}`, "%2e%2e"), "https://a.example/%252e%252e");
  assert.equal(path(`v${x}`, "."), "invalid_url");
  assert.equal(path(`?q=${x}`, ".."), "https://a.example/?q=..");
});

test("an address: it must end up http or https, with a host, without credentials and fragment", () => {
  for (const bad of [
    "ftp://a.example",
    "file:///etc/passwd",
    "/x",
    "a.example",
    "https:/a",
    "https://",
    "https://u:p@a.example",
    "https://a.example/#f",
    " https://a.example",
    "https://a.example/\n",
    "https:\\\\a.example",
    "https://a b/",
    "javascript:alert(1)",
    "https:///a.example",
    "http://a.example:port/",
    "https://a.example:123456/",
    "",
  ]) {
    assert.equal(url("{{ trigger.body.x }}", { x: bad }), "invalid_url", bad);
  }
  for (const good of [
    "http://a.example",
    "HTTPS://A.EXAMPLE/X",
    "https://[::1]:80/x",
    "https://127.0.0.1",
    "https://a.example?x",
    "https://\u00e4.example/\u00e4",
  ]) {
    assert.equal(url("{{ trigger.body.x }}", { x: good }), good);
  }
  assert.equal(
    url("{{ trigger.body.s }}://a.example/{{ trigger.body.s }}", { s: "https" }),
    "https://a.example/https",
  );
  assert.equal(url("{{ trigger.body.s }}{{ trigger.body.s }}", { s: "https" }), "invalid_url");
  assert.equal(
    url("{{ trigger.body.x }}/y", { x: `https://a.example/${"a".repeat(70_000)}` }),
    "invalid_url",
  );
});

test("secrets stay references, each marked with how it is put in", () => {
  const secret = (name: string, encode: "none" | "uri" = "none") => ({ secret: name, encode });
  assert.deepEqual(url("https://a.example/{{ secrets.ID }}/{{ trigger.body.x }}", { x: "a b" }), [
    "https://a.example/",
    secret("ID", "uri"),
    "/a%20b",
  ]);
  assert.deepEqual(url("{{ secrets.BASE }}/x/{{ trigger.body.x }}", { x: "a/b" }), [
    secret("BASE"),
    "/x/a%2Fb",
  ]);
  assert.deepEqual(url("https://{{ secrets.TENANT }}.example/"), ["https://", secret("TENANT"), ".example/"]);
  assert.equal(url("{{ secrets.BASE }}{{ trigger.body.x }}", { x: "/evil" }), "invalid_url");
  assert.deepEqual(header('"k {{ secrets.KEY }}"'), [["x-a", ["k ", secret("KEY")]]]);
  assert.deepEqual(header('["{{ secrets.KEY }}", b]'), [
    ["x-a", [secret("KEY")]],
    ["x-a", "b"],
  ]);
  assert.deepEqual(query('"{{ secrets.KEY }}"'), [["q", [secret("KEY")]]]);
  assert.deepEqual(
    json('{a: ["{{ secrets.KEY }}"], b: "x {{ secrets.KEY }} {{ trigger.body.n }}", c: 1}', { n: 2 }),
    {
      type: "json",
      value: { a: [null], b: null, c: 1 },
      holes: [
        { path: ["a", 0], text: [secret("KEY")] },
        { path: ["b"], text: ["x ", secret("KEY"), " ", "2"] },
      ],
    },
  );
  assert.deepEqual(json('"{{ secrets.KEY }}"'), {
    type: "json",
    value: null,
    holes: [{ path: [], text: [secret("KEY")] }],
  });
  assert.deepEqual(
    part(
      "auth",
      `${post}auth: {type: basic, username: "{{ trigger.body.u }}", password: "{{ secrets.P }}"}`,
      { u: "me" },
    ),
    {
      type: "basic",
      username: "me",
      password: [secret("P")],
    },
  );
  assert.equal(part("auth", `${post}auth: {type: bearer, token: "{{ trigger.body.u }}"}`), "null_in_text");
});

test("content types: by the body, unless a header says otherwise", () => {
  const headers = (request: string, body: Json = {}) => part("headers", request, body);
  assert.deepEqual(headers(`${post}body: {}`), [["content-type", "application/json"]]);
  assert.deepEqual(headers(`${post}text: x`), [["content-type", "text/plain; charset=utf-8"]]);
  assert.deepEqual(headers(post), []);
  assert.deepEqual(headers(`${post}body: {}\nheaders: {Content-Type: application/merge-patch+json}`), [
    ["content-type", "application/merge-patch+json"],
  ]);
  assert.deepEqual(headers(`${post}text: x\nheaders: {content-type: "{{ trigger.body.x }}"}`), [
    ["content-type", "text/plain; charset=utf-8"],
  ]);
});

test("a text body: values as text, null fails", () => {
  assert.deepEqual(part("body", `${post}text: "a {{ trigger.body.n }}"`, { n: 1 }), {
    type: "text",
    value: "a 1",
  });
  assert.deepEqual(part("body", `${post}text: "{{ trigger.body.n }}"`, { n: [1] }), {
    type: "text",
    value: "[1]",
  });
  assert.equal(part("body", `${post}text: "{{ trigger.body.n }}"`), "null_in_text");
});

test("defaults: headers merge without regard to case, null removes, base_url goes before a slash", () => {
  const defaults =
    '{base_url: "https://b.example/v1/", headers: {Accept: text/x, X-Gone: a, authorization: b}}';
  const result = render(
    'method: GET\nurl: "/x/{{ trigger.body.id }}"\nheaders: {ACCEPT: text/y, x-gone: null}',
    { id: 1 },
    defaults,
  );
  assert.deepEqual(result.ok && [result.request.url, result.request.headers], [
    "https://b.example/v1/x/1",
    [
      ["accept", "text/y"],
      ["authorization", "b"],
    ],
  ]);
  const other = render(
    'method: GET\nurl: "https://c.example/x"\nauth: {type: bearer, token: t}',
    {},
    defaults,
  );
  assert.deepEqual(other.ok && [other.request.url, other.request.headers], [
    "https://c.example/x",
    [
      ["accept", "text/x"],
      ["x-gone", "a"],
    ],
  ]);
  const secret = render('method: GET\nurl: "/x"', {}, '{base_url: "{{ secrets.BASE }}"}');
  assert.deepEqual(secret.ok && secret.request.url, [{ secret: "BASE", encode: "none" }, "/x"]);
});

test("limits: no request is larger than 1 MiB, and no evaluation works without end", () => {
  const large = "x".repeat(1024 * 1024);
  assert.equal(json('"{{ trigger.body.x }}"', { x: large }), "body_too_large");
  assert.equal(
    part("body", `${post}text: "{{ trigger.body.x }}"`, { x: "\u20ac".repeat(400_000) }),
    "body_too_large",
  );
  assert.equal(
    json(
      '["{{ trigger.body.x }}", "{{ trigger.body.x }}", "{{ trigger.body.x }}", "{{ trigger.body.x }}", "{{ trigger.body.x }}", "{{ trigger.body.x }}"]',
      { x: large },
    ),
    "result_too_large",
  );
  let deep: Json = 1;
  for (let index = 0; index < 100_000; index++) deep = [deep];
  assert.equal(json('"x{{ trigger.body.x }}"', { x: deep }), "too_much_work");
  const wide = Array.from({ length: 3_000 }, (_, index) => index);
  assert.equal(
    json(`"{{ [${"trigger.body.x, ".repeat(400)} 1] == [${"trigger.body.y, ".repeat(400)} 1] }}"`, {
      x: wide,
      y: [...wide],
    }),
    "too_much_work",
  );
});
