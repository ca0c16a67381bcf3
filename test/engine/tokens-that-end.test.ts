// `auth: oauth2`: calls that wait for their turn are sent with a token that holds when it comes.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostRule } from "../../src/engine/host-rule.ts";
import type { OutboundOutcome } from "../../src/ports/caller.ts";
import { AnsweringCaller, headerOf, jsonResponse } from "./answering-caller.ts";
import { AuditStage, posted, startAt, tenant } from "./audit-stage.ts";

interface Play {
  readonly items: number;
  readonly rule: Pick<HostRule, "rate" | "concurrency">;
  readonly tokenSeconds: number;
  readonly answerMs: number;
}

const auth = `{type: oauth2, token_url: "https://login.example/token", client_id: shop, client_secret: open}`;

/** A service that takes a token until the moment in which it ends, and answers after a while. */
async function play({ items, rule, tokenSeconds, answerMs }: Play) {
  const stage = new AuditStage();
  const ends = new Map<string, number>();
  const told = { tokens: 0, taken: 0, refused: 0 };
  stage.caller = new AnsweringCaller((request) => {
    if (request.url.startsWith("https://login.")) {
      const token = `token-number-${++told.tokens}`;
      ends.set(`Bearer ${token}`, stage.clock.now() + tokenSeconds * 1_000);
      return jsonResponse(200, { access_token: token, token_type: "Bearer", expires_in: tokenSeconds });
    }
    return new Promise<OutboundOutcome>((resolve) => {
      stage.clock.wakeAt(stage.clock.now() + answerMs, () => {
        const isTaken = stage.clock.now() < (ends.get(headerOf(request, "authorization") ?? "") ?? 0);
        told[isTaken ? "taken" : "refused"]++;
        resolve(jsonResponse(isTaken ? 200 : 401, {}));
      });
    });
  });
  const hosts = [{ host: "api.example", breaker: null, ...rule }];
  const engine = await stage.engine(stage.vault(true), stage.store, { hosts });
  const over = JSON.stringify(Array.from({ length: items }, (_, index) => index));
  const step = `{request: {method: GET, url: "https://api.example/{{ item }}", auth: ${auth}}, strategy: {type: scatter, over: ${over}}}`;
  const text = `name: shop\nversion: 1\ntriggers: [{type: http}]\nsteps: {all: ${step}}`;
  await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  const trigger = posted(null);
  const start = { workflow: "shop", version: null, idempotencyKey: null, trigger };
  const { run } = await engine.startRun(tenant, start);
  await stage.clock.passTo(startAt + 60_000);
  return { ...told, status: (await engine.getRun(tenant, run)).status };
}

test("a token that ends while calls wait for the rate of their host is renewed before they are sent", async () => {
  const rule = { rate: { calls: 1, perMs: 1_000 }, concurrency: null };
  const told = await play({ items: 8, rule, tokenSeconds: 3, answerMs: 5 });
  assert.deepEqual([told.status, told.taken, told.refused], ["completed", 8, 0]);
  assert.ok(told.tokens <= 4, `${told.tokens} tokens`);
});

test("one that ends while calls wait for each other, or while they are answered, too", async () => {
  const rule = { rate: null, concurrency: 2 };
  const told = await play({ items: 80, rule, tokenSeconds: 1, answerMs: 60 });
  assert.deepEqual([told.status, told.taken], ["completed", 80]);
  assert.ok(told.tokens <= 4, `${told.tokens} tokens`);
});

test("a thousand calls that wait while their token ends twice ask three times at most", async () => {
  const rule = { rate: { calls: 100, perMs: 1_000 }, concurrency: null };
  const told = await play({ items: 1_000, rule, tokenSeconds: 5, answerMs: 5 });
  assert.deepEqual([told.status, told.taken], ["completed", 1_000]);
  assert.ok(told.tokens <= 3, `${told.tokens} tokens`);
});
