// What the answer of a called service can and cannot make the next request carry.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundOutcome } from "../../src/ports/caller.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { AuditStage, posted, startAt, tenant } from "./audit-stage.ts";

const value = "v4lue/of-the-secret";
const own = "https://api.example/orders";

interface Played {
  /** Fields of the request besides method and address. */
  readonly request: string;
  /** Fields of the response. */
  readonly response: string;
  /** What the first request to the service is answered with. */
  readonly first: OutboundOutcome;
  readonly later?: (url: string) => OutboundOutcome;
}

/** The addresses that were called, without the token endpoint, and what the run came to. */
async function play({ request, response, first, later = () => jsonResponse(200, []) }: Played) {
  const stage = new AuditStage();
  const called: string[] = [];
  stage.caller = new AnsweringCaller(({ url }) => {
    if (url.startsWith("https://login.example/"))
      return jsonResponse(200, { access_token: "a-token-of-it", token_type: "Bearer", expires_in: 3600 });
    called.push(url);
    return called.length === 1 ? first : later(url);
  });
  const engine = await stage.engine(stage.vault(true), stage.store);
  await engine.putSecret(tenant, "KEY", { value, allowedHosts: null });
  const text = `name: shop
version: 1
triggers: [{type: http}]
steps: {list: {request: {method: GET, url: "${own}", ${request}}, response: {${response}}}}`;
  await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  const trigger = posted(null);
  const started = { workflow: "shop", version: null, idempotencyKey: null, trigger };
  const { run } = await engine.startRun(tenant, started);
  await stage.clock.passTo(startAt + 20_000);
  const { status } = await engine.getRun(tenant, run);
  const events = await engine.listEvents(tenant, run, 0, 100, startAt);
  return { called, status, log: JSON.stringify(events) };
}

const withLink = (items: unknown, link: string): OutboundOutcome => {
  const answer = jsonResponse(200, items);
  return answer.type === "response"
    ? { ...answer, headers: { ...answer.headers, link: `<${link}>; rel="next"` } }
    : answer;
};

const byLink = "paginate: {next: {link: next}}";
const byBody = "paginate: {next: steps.list.response.body.next, items: steps.list.response.body.items}";
const secret = "'{{ secrets.KEY }}'";
const signing = {
  oauth2: `auth: {type: oauth2, token_url: "https://login.example/token", client_id: shop, client_secret: ${secret}}`,
  aws_sigv4: `auth: {type: aws_sigv4, access_key_id: AKID, secret_access_key: ${secret}, region: eu, service: s3}`,
};
const showing = {
  header: `headers: {x-key: ${secret}}`,
  bearer: `auth: {type: bearer, token: ${secret}}`,
  basic: `auth: {type: basic, username: ann, password: ${secret}}`,
};

for (const [name, request] of Object.entries({ ...signing, ...showing })) {
  test(`a service that writes the name of a secret gets it back as text: ${name}`, async () => {
    for (const form of ["[secret:KEY]", "[secret KEY]"]) {
      const next = `/orders?leak=${form}`;
      for (const [response, first] of [
        [byLink, withLink([1], next)],
        [byBody, jsonResponse(200, { items: [1], next })],
      ] as const) {
        const later = () => (response === byLink ? jsonResponse(200, []) : jsonResponse(200, { items: [] }));
        const { called, status } = await play({ request, response, first, later });
        assert.deepEqual(called, [own, `${own}?leak=[secret:KEY]`]);
        assert.equal(status, "completed");
      }
    }
  });
}

for (const [name, request] of Object.entries(showing)) {
  test(`a secret that a service sends back in an address comes back, and is not recorded: ${name}`, async () => {
    const next = `${own}?key=${encodeURIComponent(value)}&page=2`;
    const { called, log } = await play({ request, response: byLink, first: withLink([1], next) });
    assert.deepEqual(called, [own, next]);
    assert.doesNotMatch(log, /v4lue/);
    const twice = `${next}&again=[secret KEY]`;
    const { called: forged } = await play({ request, response: byLink, first: withLink([1], twice) });
    assert.doesNotMatch(forged[1] ?? "", /v4lue/);
  });
}

test("a poll, and a redirect, go where they are told, with a name of a secret as text", async () => {
  const request = `${showing.header}, redirects: 2`;
  const location = "/jobs?leak=[secret:KEY]";
  const accepted = { type: "response", status: 202, headers: { location }, body: new Uint8Array() } as const;
  const response = "poll: {while: steps.list.response.status == 202, every: 1s}";
  const polled = await play({ request: showing.header, response, first: accepted });
  assert.deepEqual(polled.called, [own, "https://api.example/jobs?leak=[secret:KEY]"]);
  const moved = { ...accepted, status: 302 };
  const redirected = await play({ request, response: byLink, first: moved });
  assert.deepEqual(redirected.called, [own, "https://api.example/jobs?leak=[secret:KEY]"]);
});

test("behind a redirect the next page is relative to the address that answered", async () => {
  const moved = {
    type: "response",
    status: 302,
    headers: { location: "/v2/list?a=1" },
    body: new Uint8Array(),
  } as const;
  const { called } = await play({
    request: "redirects: 1",
    response: byLink,
    first: moved,
    later: (url) => (url.includes("page=2") ? jsonResponse(200, [2]) : withLink([1], "?page=2")),
  });
  assert.deepEqual(called, [own, "https://api.example/v2/list?a=1", "https://api.example/v2/list?page=2"]);
});
