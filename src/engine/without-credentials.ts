// An event's fields as they are shown: headers that carry credentials, and `auth`, without their values.

import { isJsonObject, type Json, type JsonObject } from "../value/json.ts";
import { isCredential } from "./credential-headers.ts";

const masked = "[masked]";
/** Fields of events that have headers of a request or an answer, or that hold something which has. */
const holders: ReadonlySet<string> = new Set([
  "request",
  "late",
  "context",
  "trigger",
  "answer",
  "result",
  "failure",
  "cause",
  "outcome",
]);

/**
 * The log keeps what a retry needs, so a credential that the document or the input gives, and that is no secret, stands in
 * it, sealed. Whoever reads the log does not need it. References to secrets are names and stay.
 */
export function withoutCredentials(fields: JsonObject): JsonObject {
  const shown: [string, Json][] = Object.entries(fields).map(([name, value]) => {
    if (name === "headers") return [name, headersWithout(value)];
    if (name === "auth") return [name, authWithout(value)];
    return [name, holders.has(name) && isJsonObject(value) ? withoutCredentials(value) : value];
  });
  return Object.fromEntries(shown);
}

const credentialFields: ReadonlySet<string> = new Set([
  "token",
  "password",
  "client_secret",
  "secret_access_key",
  "session_token",
  "key",
  "passphrase",
]);

/** By name, or as pairs where one may stand twice. */
function headersWithout(headers: Json): Json {
  if (Array.isArray(headers)) return headers.map(pairWithout);
  if (!isJsonObject(headers)) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isCredential(name) ? textWithout(value) : value]),
  );
}

function pairWithout(pair: Json): Json {
  if (!Array.isArray(pair)) return pair;
  const [name = "", value = null] = pair as readonly Json[];
  return typeof name === "string" && isCredential(name) ? [name, textWithout(value)] : pair;
}

function authWithout(auth: Json): Json {
  if (!isJsonObject(auth)) return auth;
  return Object.fromEntries(
    Object.entries(auth).map(([name, value]) => [name, authTextWithout(name, value)]),
  );
}

/** Of what is made late, `texts` has the fields. */
function authTextWithout(name: string, value: Json): Json {
  if (name === "texts") return authWithout(value);
  return credentialFields.has(name) ? textWithout(value) : value;
}

/** Of recorded text the literal parts. */
function textWithout(text: Json): Json {
  if (!Array.isArray(text)) return text === null ? null : masked;
  return text.map((part) => (typeof part === "string" ? masked : part));
}
