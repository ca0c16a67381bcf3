// What the tests of the inbox put and send.

import { createHmac } from "node:crypto";
import type { StartRequest } from "../../src/engine/engine-api.ts";
import type { TriggerData } from "../../src/run/event.ts";
import type { Json } from "../../src/value/json.ts";
import { type TestEngine, tenant } from "./open-engine.ts";

/** Without a step that calls. */
export const greet = `
name: greet
version: 1
triggers:
  - type: http
    schema: {type: object, required: [no]}
steps: {hello: {value: "{{ trigger.body.no }}"}}
`;

export const waits = (mode: string) => `
name: waits
version: 1
mode: ${mode}
triggers: [{type: http}]
steps: {go: {wait: {signal: go}}}
`;

export function put(
  { engine }: TestEngine,
  text: string,
  who: typeof tenant = tenant,
): ReturnType<TestEngine["engine"]["putWorkflow"]> {
  const name = /^name: (\S+)/m.exec(text)?.[1] ?? null;
  return engine.putWorkflow(who, { name, text, format: "yaml", dryRun: false });
}

export function triggerOf(body: Json, headers: Readonly<Record<string, string>> = {}): TriggerData {
  return { type: "http", method: "POST", headers, query: {}, body, rawBody: JSON.stringify(body) };
}

export function startOf(workflow: string, body: Json, idempotencyKey: string | null = null): StartRequest {
  return { workflow, version: null, trigger: triggerOf(body), idempotencyKey };
}

export function hmacHex(secret: string, text: string, algorithm = "sha256"): string {
  return createHmac(algorithm, secret).update(text).digest("hex");
}
