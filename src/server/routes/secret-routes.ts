// Secrets: written and listed by name, never read.

import { isJsonObject, member } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { parseJson } from "../../value/parse-json.ts";
import { DispatchedError } from "../../value/problem.ts";
import { utf8Length } from "../../value/utf8-length.ts";
import { secretJson } from "../api-json.ts";
import { type ApiRequest, mediaTypeOf, readBody } from "../api-request.ts";
import { emptyAnswer, jsonAnswer, type Route } from "../route.ts";

/** `{"value": "..."}` as JSON, or the value itself as text. */
async function readValue(request: ApiRequest): Promise<string> {
  const type = mediaTypeOf(request);
  // A JSON string may take six bytes a character.
  const text = await readBody(request, limits.secret_value_bytes * 6);
  if (type === "text/plain") return checkSize(text);
  if (type !== "application/json") {
    throw new DispatchedError("unsupported_media_type", "a secret is application/json or text/plain");
  }
  const parsed = parseJson(text, "strict");
  if (!parsed.ok) throw new DispatchedError(parsed.code, parsed.message);
  const value = isJsonObject(parsed.value) ? member(parsed.value, "value") : undefined;
  if (typeof value === "string") return checkSize(value);
  throw new DispatchedError("invalid_secret", 'the body is {"value": "…"}, and its value is text');
}

function checkSize(value: string): string {
  if (utf8Length(value) <= limits.secret_value_bytes) return value;
  throw new DispatchedError("body_too_large", `the value is over ${limits.secret_value_bytes} bytes`);
}

export const secretRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/secrets",
    access: "session",
    handle: async ({ engine }, _request, tenant) => {
      const secrets = await engine.listSecrets(tenant);
      return jsonAnswer(200, { secrets: secrets.map(secretJson) });
    },
  },
  {
    method: "PUT",
    path: "/api/secrets/:name",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const value = await readValue(request);
      return jsonAnswer(
        200,
        secretJson(await engine.putSecret(tenant, request.params["name"] as string, value)),
      );
    },
  },
  {
    method: "DELETE",
    path: "/api/secrets/:name",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      await engine.deleteSecret(tenant, request.params["name"] as string);
      return emptyAnswer;
    },
  },
];
