// Small samples of what senders send, signed as each of them signs.

import { createHmac, randomUUID } from "node:crypto";

export interface WebhookSample {
  readonly body: object;
  sign(text: string, secret: string, nowMs: number): Readonly<Record<string, string>>;
}

const seconds = (ms: number) => String(Math.floor(ms / 1_000));
const code = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text);

/** GitHub, "Validating webhook deliveries". */
const github =
  (event: string): WebhookSample["sign"] =>
  (text, secret) => ({
    "user-agent": "GitHub-Hookshot/sample",
    "x-github-event": event,
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${code(secret, text).digest("hex")}`,
  });

const repository = { id: 1, name: "hello", full_name: "octocat/hello", private: false };
const sender = { login: "octocat", id: 1, type: "User" };
const commit = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";

/** Slack, "Verifying requests from Slack". */
const slack: WebhookSample["sign"] = (text, secret, nowMs) => {
  const at = seconds(nowMs);
  return {
    "x-slack-request-timestamp": at,
    "x-slack-signature": `v0=${code(secret, `v0:${at}:${text}`).digest("hex")}`,
  };
};

export const webhookSamples: Readonly<Record<string, WebhookSample>> = {
  "github:push": {
    body: {
      ref: "refs/heads/main",
      before: "0".repeat(40),
      after: commit,
      repository,
      sender,
      commits: [{ id: commit, message: "Say hello", added: ["hello.txt"], removed: [], modified: [] }],
    },
    sign: github("push"),
  },
  "github:issues": {
    body: {
      action: "opened",
      issue: { number: 1, title: "It does not say hello", state: "open", user: sender, labels: [] },
      repository,
      sender,
    },
    sign: github("issues"),
  },
  "stripe:payment_intent.succeeded": {
    body: {
      id: `evt_${randomUUID().replaceAll("-", "")}`,
      object: "event",
      type: "payment_intent.succeeded",
      livemode: false,
      data: {
        object: { id: "pi_1", object: "payment_intent", amount: 2000, currency: "eur", status: "succeeded" },
      },
    },
    // Stripe, "Verify webhook signatures manually".
    sign: (text, secret, nowMs) => {
      const at = seconds(nowMs);
      return { "stripe-signature": `t=${at},v1=${code(secret, `${at}.${text}`).digest("hex")}` };
    },
  },
  "slack:event": {
    body: {
      type: "event_callback",
      event_id: `Ev${randomUUID().replaceAll("-", "").slice(0, 10).toUpperCase()}`,
      team_id: "T1",
      event: { type: "app_mention", user: "U1", text: "hello", channel: "C1" },
    },
    sign: slack,
  },
  "slack:url_verification": {
    body: { type: "url_verification", challenge: randomUUID() },
    sign: slack,
  },
  "standard-webhooks": {
    body: { type: "order.paid", timestamp: "2026-01-01T00:00:00Z", data: { order: 1 } },
    // Standard Webhooks 1.0, "Signature scheme".
    sign: (text, secret, nowMs) => {
      const [id, at] = [`msg_${randomUUID()}`, seconds(nowMs)];
      const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
      const signature = code(key, `${id}.${at}.${text}`).digest("base64");
      return { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": `v1,${signature}` };
    },
  },
};
