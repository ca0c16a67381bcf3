// Puts secrets into a recorded request, at the moment of the call.

import { limits } from "../value/limits.ts";
import type { StoredMember } from "../value/stored-body.ts";
import { EvaluationError, settle } from "./evaluate/evaluation-error.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import { type FilledAuth, fillAuth } from "./request/fill-auth.ts";
import { fillBody } from "./request/fill-body.ts";
import { fillText, type Secrets } from "./request/fill-text.ts";
import { fillUrl } from "./request/fill-url.ts";
import { isHeaderValue } from "./request/header-rules.ts";
import type { EvaluationProblem } from "./workflow.ts";

/** A request as it goes out, but for the headers that the engine adds. */
interface FilledRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lowercase; a repeated header stands as often. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array | StoredMember | null;
  /** What is still to be made of it, with all that it takes; null for nothing. */
  readonly auth: FilledAuth | null;
}

type FilledResult =
  | { readonly ok: true; readonly request: FilledRequest }
  | { readonly ok: false; readonly problem: EvaluationProblem };

/**
 * `request` with the values of its secrets. Throws nothing but `BodyAway`; no message has any of a secret's value. Problems:
 * `secret_missing`, `not_a_text`, `invalid_url`, `invalid_header`, `body_too_large`.
 */
export function fillRequest(request: RecordedRequest, secrets: Secrets): FilledResult {
  const settled = settle(() => fill(request, secrets));
  return settled.ok ? { ok: true, request: settled.value } : settled;
}

function fill(request: RecordedRequest, secrets: Secrets): FilledRequest {
  const headers = request.headers.map(([name, value]) => [name, fillText(value, secrets)] as const);
  const body = request.body === null ? null : fillBody(request.body, secrets);
  if (body !== null && body.contentType !== null) headers.push(["content-type", body.contentType]);
  const { header, later } = fillAuth(request.auth, secrets);
  if (header !== null) headers.push(["authorization", header]);
  let bytes = 0;
  for (const [name, value] of headers) {
    if (!isHeaderValue(value)) {
      throw new EvaluationError(
        "invalid_header",
        `header \`${name}\` would have a line break or another character that it cannot have`,
      );
    }
    bytes += name.length + value.length + 4;
  }
  if (bytes > limits.header_bytes)
    throw new EvaluationError("invalid_header", `the headers are larger than ${limits.header_bytes} bytes`);
  return {
    method: request.method,
    url: fillUrl(request, secrets),
    headers,
    body: body?.content ?? null,
    auth: later,
  };
}

export { secretNames, secretNamesOfAuth } from "./secret-names.ts";
export type { FilledAuth, FilledRequest };
