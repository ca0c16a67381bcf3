// For each operation what is there to be asked for, and by which input it must succeed.

import { generateKeyPair } from "../../src/client/device.ts";
import type { Json } from "../../src/value/json.ts";
import type { OneOfEach } from "../process/one-of-each.ts";
import type { Body, Input } from "./input-of.ts";

/** Values of the parameters of its path, each list together. */
export type Known = readonly (readonly string[])[];

/** Operations that never succeed here though they are described so, and why. */
export const neverGood: Readonly<Record<string, string>> = {
  "POST /api/session": "a handshake, whose messages are made by keys",
  "POST /api/session/confirm": "the second half of it",
  "DELETE /api/session": "it would end the session by which all others are called",
  "GET /api/audit/export": "takes the permit of a handshake",
  "POST /api/signing-secrets": "there is one already, so that another can be revoked",
};

/** The first is of what the operation can be done with. */
export function knownOf(operation: string, one: OneOfEach): Known {
  const { runs, hook } = one;
  const { ended, failed, listed, large, paused, half_undone, calling, waiting } = runs;
  const everyRun = [ended, failed, listed, large, paused, half_undone, calling, ...waiting];
  const own: Readonly<Record<string, Known>> = {
    "GET /api/runs/{id}/steps/{step}/items": [[listed, "all"]],
    "GET /api/runs/{id}/bodies/{body}": [[large, one.body]],
    "POST /api/runs/{id}/signal/{name}": waiting.slice(1).map((run) => [run, "go"]),
    "POST /api/runs/{id}/pause": [waiting[0] as string, ...everyRun].map((run) => [run]),
    "POST /api/runs/{id}/resume": [paused, ...everyRun].map((run) => [run]),
    "POST /api/runs/{id}/compensate": [half_undone, ...everyRun].map((run) => [run]),
    "POST /api/runs/{id}/retry": [failed, ...everyRun].map((run) => [run]),
    "DELETE /api/runs/{id}": [paused, ...everyRun].map((run) => [run]),
    // The hook and the grant are of others.
    "DELETE /api/workflows/{name}": [["listed"], ["undone"]],
    "GET /docs/{page}": [["getting-started"], ["errors"]],
    "GET /docs/{folder}/{page}": [["reference", "inbox"]],
    "GET /docs/{folder}/{part}/{page}": [["reference", "language", "triggers"]],
  };
  const byPlace: Readonly<Record<string, readonly string[]>> = {
    "/workflows/": ["quick", "listed"],
    "/api/workflows/": ["quick", "asks", "fails"],
    "/api/runs/": everyRun,
    "/api/bulk/": [one.bulk],
    "/callbacks/": [one.callback],
    "/hooks/": [hook.token],
    "/api/hooks/": [hook.id],
    "/api/deliveries/": [one.delivery],
    "/api/inbox/": [one.item],
    "/api/grants/": [one.grant],
    "/api/sessions/": [one.session],
    "/api/signing-secrets/": [one.signingSecret],
    "/api/secrets/": ["KEY"],
    "/api/hosts/": ["api.example.com"],
    "/api/templates/": ["approval"],
  };
  const path = operation.slice(operation.indexOf("/"));
  return own[operation] ?? (byPlace[path.slice(0, path.indexOf("{"))] ?? []).map((value) => [value]);
}

/** What must stand in its query. */
export const goodQuery: Readonly<Record<string, Input["query"]>> = {
  "POST /api/deliveries/{id}/replay": [["again", "true"]],
  "GET /docs/search": [["q", "inbox"]],
};

const json = (value: Json): Body => ({ type: "application/json", text: JSON.stringify(value) });

/** Null for an operation that takes none, or any. @param one null where what it takes may do nothing */
export async function goodBody(operation: string, one: OneOfEach | null): Promise<Body | null> {
  switch (operation) {
    case "PUT /api/workflows/{name}":
      return {
        type: "application/yaml",
        text: "name: quick\nversion: 2\ntriggers: [{type: http}]\nsteps: {a: {value: 2}}\n",
      };
    case "POST /api/runs/bulk":
      return json({ action: "pause", filter: { workflow: "nothing" } });
    case "POST /api/runs/{id}/evaluate":
      return json({ expression: "run.id" });
    case "POST /api/runs/{id}/rerun":
      return json({ from: ["a"] });
    case "POST /api/events": {
      const event = { specversion: "1.0", id: "1", source: "/shop", type: "paid", data: 1 };
      return { type: "application/cloudevents+json", text: JSON.stringify(event) };
    }
    case "PUT /api/secrets/{name}":
      return json({ value: "another value" });
    case "PUT /api/hosts/{host}":
      return json({ rate: "10/1s" });
    case "POST /api/audit/verify":
      return { type: "text/plain", text: "" };
    case "POST /api/hooks":
      return json({ workflow: "quick" });
    case "POST /api/sign-in-links/redeem":
      return one === null ? null : json({ code: (await one.client.makeSignInLink()).code });
    case "POST /api/tenants":
      return json({ public_key: generateKeyPair().publicKey });
    default:
      return null;
  }
}
