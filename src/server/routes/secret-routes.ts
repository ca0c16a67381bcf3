// Secrets: written and listed by name, never read.

import type { SecretPut } from "../../engine/engine-api.ts";
import { isJsonObject } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { parseJson } from "../../value/parse-json.ts";
import { DispatchedError } from "../../value/problem.ts";
import { utf8Length } from "../../value/utf8-length.ts";
import { actorOf } from "../actor-of.ts";
import { secretJson } from "../api-json.ts";
import { type ApiRequest, mediaTypeOf, readBody } from "../api-request.ts";
import { answer } from "../describe-route.ts";
import { emptyAnswer, jsonAnswer, type Route, route } from "../route.ts";
import { nothing } from "../schemas/parts.ts";
import { secret, secretStored } from "../schemas/workflow-schemas.ts";
import { list, optional, orNull, record, text } from "../typed-schema.ts";

/** `{"value": "…", "allowed_hosts": […]}` as JSON, or the value itself as text. */
async function readPut(request: ApiRequest): Promise<SecretPut> {
  const type = mediaTypeOf(request);
  // A JSON string may take six bytes a character; the rest is for the list of hosts.
  const given = await readBody(request, limits.secret_value_bytes * 7);
  if (type === "text/plain") return { value: checkSize(given) };
  if (type !== "application/json") {
    throw new DispatchedError("unsupported_media_type", "a secret is application/json or text/plain");
  }
  const parsed = parseJson(given, "strict");
  // The words of the parser may quote a piece of the value.
  if (!parsed.ok) throw new DispatchedError(parsed.code, "the body is not JSON as it is taken here");
  if (!isJsonObject(parsed.value)) throw notTaken();
  const { value, allowed_hosts: hosts, ...others } = parsed.value;
  if (typeof value !== "string" || Object.keys(others).length > 0) throw notTaken();
  if (hosts === undefined || hosts === null) return { value: checkSize(value), allowedHosts: hosts };
  if (!Array.isArray(hosts) || !hosts.every((host) => typeof host === "string")) throw notTaken();
  return { value: checkSize(value), allowedHosts: hosts };
}

function notTaken(): DispatchedError {
  return new DispatchedError(
    "invalid_secret",
    'the body is {"value": "…"} and, if you like, "allowed_hosts": a list of texts, or null',
  );
}

function checkSize(value: string): string {
  if (utf8Length(value) <= limits.secret_value_bytes) return value;
  throw new DispatchedError("body_too_large", `the value is over ${limits.secret_value_bytes} bytes`);
}

const name = text("Name in UPPER_SNAKE_CASE");

export const secretRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/secrets",
    access: "session",
    id: "listSecrets",
    tag: "secrets",
    summary: "Names, versions and hosts; values are never given out",
    answers: { 200: answer("All secrets", record("Secrets", { secrets: list("All of them", secret) })) },
    errors: [],
    handle: async ({ engine }, _request, tenant) => {
      const secrets = await engine.listSecrets(tenant);
      return jsonAnswer(200, { secrets: secrets.map(secretJson) });
    },
  }),
  route({
    method: "PUT",
    path: "/api/secrets/:name",
    access: "session",
    id: "putSecret",
    tag: "secrets",
    summary: "Stores a value",
    params: { name },
    body: {
      type: "raw",
      content: {
        "application/json": record("A value and where it may be sent", {
          value: text("The value, up to 64 KiB"),
          allowed_hosts: optional(orNull(list("Hosts; null for any", text("Host")))),
        }),
        "text/plain": text("The value itself"),
      },
      required: true,
    },
    answers: { 200: answer("Stored", secretStored) },
    errors: ["invalid_secret"],
    handle: async ({ engine }, request, tenant, by) => {
      const put = await readPut(request);
      const key = request.params["name"] as string;
      const stored = await engine.putSecret(tenant, key, put, actorOf(request, by));
      return jsonAnswer(200, { ...secretJson(stored), warnings: stored.warnings });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/secrets/:name",
    access: "session",
    id: "deleteSecret",
    tag: "secrets",
    summary: "Removes a value",
    params: { name },
    answers: { 204: nothing },
    errors: ["secret_not_found", "invalid_secret"],
    handle: async ({ engine }, request, tenant, by) => {
      await engine.deleteSecret(tenant, request.params["name"] as string, actorOf(request, by));
      return emptyAnswer;
    },
  }),
];
