// Pages: asked for one after the other, each recorded once, until there is none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const play = (paginate: string, more = "", auth = "") =>
  new PlayRun(`name: w
version: 1
triggers: [{type: http}]
steps:
  list:
    request: {method: GET, url: "https://a.example/v1/orders", query: {size: 2, key: "{{ secrets.KEY }}"}, headers: {x-key: "{{ secrets.KEY }}"}${auth}}
    response: {paginate: ${paginate}}
${more}`);

const body = (items: readonly number[], next: string | null = null) => ({ items: [...items], next });
const byLink = "{next: steps.list.response.body.next, items: steps.list.response.body.items}";
const called = (run: PlayRun) => run.effects.map(({ request }) => [request.url, request.query] as const)[0];

test("an address in the body, relative or not, until it is null; the output is all items", () => {
  const run = play(byLink);
  assert.deepEqual(run.answer("list", 200, body([1, 2], "?page=2")), ["step.paged list"]);
  assert.deepEqual(called(run), ["https://a.example/v1/orders?page=2", []]);
  assert.deepEqual(run.answer("list", 200, body([3], "/v2/more")), ["step.paged list"]);
  assert.deepEqual(called(run), ["https://a.example/v2/more", []]);
  assert.deepEqual(run.answer("list", 200, body([])), ["step.succeeded list", "run.completed"]);
  assert.deepEqual(run.state.result?.output, { list: [1, 2, 3] });
});

test("the header Link, and the body as the list", () => {
  const run = play("{next: {link: next}}");
  run.answer("list", 200, [1], { link: '</a?x=1>; rel="prev", </b,c>; rel="last Next"; title="a, <b>"' });
  assert.deepEqual(called(run)?.[0], "https://a.example/b,c");
  run.answer("list", 200, [2], { link: "</a>; rel=prev" });
  assert.deepEqual(run.state.result?.output, { list: [1, 2] });
});

test("a cursor in the query takes the place of the request's own, and ends when it is null", () => {
  const run = play(
    '{next: {query: {cursor: "{{ steps.list.response.body.next }}"}}, items: steps.list.response.body.items}',
  );
  const key = ["key", [{ secret: "KEY", encode: "none" }]];
  run.answer("list", 200, body([1], "a b"));
  assert.deepEqual(called(run), ["https://a.example/v1/orders", [["size", "2"], key, ["cursor", "a b"]]]);
  run.answer("list", 200, body([2], "c"));
  assert.deepEqual(called(run)?.[1], [["size", "2"], key, ["cursor", "c"]]);
  run.answer("list", 200, body([3]));
  assert.deepEqual(run.state.result?.output, { list: [1, 2, 3] });
});

test("credentials go to the same origin only; a secret that an answer repeats is put in again there", () => {
  const run = play(byLink);
  const names = () => run.effects[0]?.request.headers.map(([name]) => name);
  const returned = { from: null, returned: ["KEY", "OTHER"] };
  const first = body([1], "https://a.example/n?key=[secret KEY]&other=[secret OTHER]");
  run.answer("list", 200, first, {}, returned);
  assert.deepEqual(names(), ["x-key"]);
  assert.deepEqual(called(run)?.[0], [
    "https://a.example/n?key=",
    { secret: "KEY", encode: "uri" },
    "&other=[secret:OTHER]",
  ]);
  run.answer("list", 200, body([2], "https://b.example/n?key=[secret KEY]"), {}, returned);
  assert.deepEqual(names(), []);
  assert.deepEqual(called(run)?.[0], "https://b.example/n?key=[secret:KEY]");
  run.answer("list", 200, body([3], "/m"));
  assert.deepEqual(called(run)?.[0], "https://b.example/m");
  run.answer("list", 200, body([4], "https://a.example/m"));
  assert.deepEqual(names(), ["x-key"]);
});

test("what a service calls by the name of a secret, without having had its value, stays text", () => {
  for (const next of ["/n?a=[secret KEY]&b=[secret:KEY]", "/n?a=[secret:KEY]&b=[secret:KEY]"]) {
    const run = play(byLink);
    run.answer("list", 200, body([1], next));
    assert.deepEqual(called(run)?.[0], "https://a.example/n?a=[secret:KEY]&b=[secret:KEY]");
    // Nor does it become a secret as the base of the page behind it.
    run.answer("list", 200, body([2], "?c=[secret:KEY]"), {}, { from: null, returned: ["KEY"] });
    assert.deepEqual(called(run)?.[0], "https://a.example/n?c=[secret:KEY]");
  }
  const forged = play(byLink);
  forged.answer(
    "list",
    200,
    body([1], "/n?a=\uFDD00\uFDD0&b=[secret KEY]"),
    {},
    { from: null, returned: ["KEY"] },
  );
  assert.equal(forged.last("step.failed").failure.code, "invalid_url");
});

test("secrets by which `auth` signs or fetches a token are not put into an address; those that it shows are", () => {
  const key = { secret: "KEY", encode: "uri" };
  const pass = { secret: "PASS", encode: "uri" };
  const openedWith = (auth: string) => {
    const run = play(byLink, "", `, auth: ${auth}`);
    const next = body([1], "/n?a=[secret PASS]&b=[secret KEY]");
    run.answer("list", 200, next, {}, { from: null, returned: ["KEY", "PASS"] });
    return called(run)?.[0];
  };
  const without = ["https://a.example/n?a=[secret:PASS]&b=", key];
  const token = "token_url: 'https://login.example/', client_id: a, client_secret: '{{ secrets.PASS }}'";
  assert.deepEqual(openedWith(`{type: oauth2, ${token}}`), without);
  const aws = "access_key_id: a, secret_access_key: '{{ secrets.PASS }}', region: eu, service: s3";
  assert.deepEqual(openedWith(`{type: aws_sigv4, ${aws}}`), without);
  const certificate = "certificate: a, key: '{{ secrets.PASS }}'";
  assert.deepEqual(openedWith(`{type: mtls, ${certificate}}`), without);
  const all = ["https://a.example/n?a=", pass, "&b=", key];
  assert.deepEqual(openedWith("{type: bearer, token: '{{ secrets.PASS }}'}"), all);
  assert.deepEqual(openedWith("{type: basic, username: ann, password: '{{ secrets.PASS }}'}"), all);
});

test("behind a redirect an address is relative to the one that answered", () => {
  const key = { secret: "KEY", encode: "uri" } as const;
  const run = play(byLink);
  run.answer("list", 200, body([1], "?page=2"), {}, { from: ["https://a.example/v2/", key], returned: [] });
  assert.deepEqual(called(run)?.[0], ["https://a.example/v2/", key, "?page=2"]);
  run.answer("list", 200, body([2], "more"), {}, { from: "https://b.example/x/y", returned: ["KEY"] });
  assert.deepEqual(called(run)?.[0], "https://b.example/x/more");
  assert.deepEqual(run.effects[0]?.request.headers, []);
});

test("a page that fails is asked for again, and so is one that a crash cut off: none before them is", () => {
  const run = play(byLink, "    retry: {max: 2, delay: 1s, jitter: none}");
  run.answer("list", 200, body([1], "/2"));
  assert.deepEqual(run.lose("list"), ["step.paged list"]);
  assert.equal(run.last("step.paged").notBefore, run.now + 1_000);
  assert.deepEqual(called(run)?.[0], "https://a.example/2");
  run.after(1_000).recover();
  assert.deepEqual(called(run)?.[0], "https://a.example/2");
  run.answer("list", 200, body([2]));
  assert.deepEqual(run.state.result?.output, { list: [1, 2] });
});

test("more pages than max_pages, items that are no list and addresses that are none fail the step", () => {
  const bounded = play(
    `{next: steps.list.response.body.next, items: steps.list.response.body.items, max_pages: 2}`,
  );
  bounded.answer("list", 200, body([1], "/2"));
  bounded.answer("list", 200, body([2], "/3"));
  assert.equal(bounded.last("step.failed").failure.code, "too_many_pages");
  const listless = play("{next: steps.list.response.body.next}");
  listless.answer("list", 200, body([1]));
  assert.equal(listless.last("step.failed").failure.code, "page_not_a_list");
  for (const next of ["mailto:a@b.example", "/a b", 7]) {
    const lost = play(byLink);
    lost.answer("list", 200, { items: [], next });
    assert.equal(lost.last("step.failed").failure.code, "invalid_url", String(next));
  }
});

test("pages that the sandbox must read are recorded first", () => {
  const items = "$.steps.list.response.body.items[*]";
  const run = play(`{next: steps.list.response.body.next, items: {expr: "${items}", lang: jsonpath}}`);
  const source = { from: "https://a.example/v3/", returned: ["KEY"] };
  assert.deepEqual(run.answer("list", 200, body([1], "2?key=[secret KEY]"), {}, source), [
    "step.polled list",
  ]);
  assert.deepEqual(run.calls, []);
  assert.deepEqual(run.compute({ [items]: [1] }), ["step.paged list"]);
  assert.deepEqual(called(run)?.[0], ["https://a.example/v3/2?key=", { secret: "KEY", encode: "uri" }]);
  run.answer("list", 200, body([2]));
  run.compute({ [items]: [2] });
  assert.deepEqual(run.state.result?.output, { list: [1, 2] });
});

test("a run that ends asks for no further page", () => {
  const first = play(byLink);
  first.cancel();
  assert.deepEqual(first.answer("list", 200, body([1], "/2")), ["step.succeeded list", "run.cancelled"]);
  const later = play(byLink);
  later.answer("list", 200, body([1], "/2"));
  assert.deepEqual(later.cancel().slice(-2), ["step.cancelled list", "run.cancelled"]);
});
