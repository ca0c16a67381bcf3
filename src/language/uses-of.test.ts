// What workflows use: hosts however addresses are put together, secrets, children, events.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWorkflow } from "./parse-workflow.ts";
import { usesOf } from "./uses-of.ts";

function uses(text: string) {
  const head = `name: one\nversion: 1\n${text.includes("triggers:") ? "" : "triggers: []\n"}`;
  const parsed = parseWorkflow(`${head}${text}`, "yaml");
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return usesOf(parsed.workflow);
}

/** Of a call to `url`. */
function hostOf(url: string) {
  return uses(`steps: {a: {request: {method: GET, url: ${JSON.stringify(url)}}}}`).hosts[0];
}

test("a host that stands in the address is told as an allow list writes it", () => {
  for (const [url, origin] of [
    ["https://api.example.com/orders", "https://api.example.com"],
    ["https://API.Example.com:443", "https://api.example.com"],
    ["http://127.0.0.1:4100/{{ trigger.body.id }}", "http://127.0.0.1:4100"],
    ["https://example.com?x={{ trigger.body.id }}", "https://example.com"],
    ["http://[::1]:8080/", "http://[::1]:8080"],
    ["http://example.com:443/", "http://example.com:443"],
  ] as const) {
    const host = origin.replace(/^https?:\/\//, "");
    assert.deepEqual(hostOf(url), { host, origin, dynamic: false, steps: ["a"] }, url);
  }
});

test("an expression or a secret that decides the host makes it dynamic", () => {
  for (const url of [
    "{{ trigger.body.url }}",
    "{{ trigger.body.url }}/orders",
    "https://{{ trigger.body.tenant }}.example.com/",
    "https://example.com{{ trigger.body.path }}",
    "https://example.com:{{ trigger.body.port }}/",
    "https://{{ secrets.HOST }}/",
  ]) {
    assert.deepEqual(hostOf(url), { host: null, origin: null, dynamic: true, steps: ["a"] }, url);
  }
});

test("each host once, with its steps: base address, compensation and token endpoint are among them", () => {
  const { hosts, secrets } = uses(`
defaults: {base_url: "https://api.example.com/v1"}
steps:
  a:
    request: {method: GET, url: /a}
    compensate: {request: {method: DELETE, url: "https://undo.example.com/a"}}
  b:
    request:
      method: GET
      url: /b
      auth: {type: oauth2, token_url: "https://id.example.com/token", client_id: me, client_secret: "{{ secrets.CLIENT }}"}
  c: {value: 1}
`);
  assert.deepEqual(
    hosts.map(({ host, steps }) => [host, steps]),
    [
      ["api.example.com", ["a", "b"]],
      ["undo.example.com", ["a"]],
      ["id.example.com", ["b"]],
    ],
  );
  assert.deepEqual(secrets, ["CLIENT"]);
});

test("secrets of signatures, children by their versions, events that start and that are awaited", () => {
  const { hosts, secrets, children, events } = uses(`
triggers:
  - {type: http, verify: {type: github, secret: PUSH}}
  - {type: event, event: order.paid}
steps:
  a: {workflow: {name: two}}
  b: {workflow: {name: two, version: 3}}
  c: {workflow: {name: two}}
  d: {wait: {event: order.sent}}
  e: {wait: {event: order.paid}}
`);
  assert.deepEqual([hosts, secrets], [[], ["PUSH"]]);
  assert.deepEqual(children, [
    { workflow: "two", version: null, steps: ["a", "c"] },
    { workflow: "two", version: 3, steps: ["b"] },
  ]);
  assert.deepEqual(events, [
    { type: "order.paid", starts: true, steps: ["e"] },
    { type: "order.sent", starts: false, steps: ["d"] },
  ]);
});
