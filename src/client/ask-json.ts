// One request of a client and its answer as JSON.

import { isLoopback } from "../value/is-loopback.ts";
import type { Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { ClientError } from "./client-error.ts";
import { originOf } from "./origin-of.ts";
import type { ProblemResource } from "./resources.ts";

export interface Ask {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Null for an answer without a body. Throws a `ClientError`. @param base `http://127.0.0.1:4000` */
export async function askJson(base: string, method: string, path: string, ask: Ask): Promise<Json> {
  const answer = await askServer(base, method, path, ask);
  if (answer.status >= 400) throw await problemOf(base, answer);
  return readAnswer(base, answer);
}

/** The problem that an answer tells, as an error. */
export async function problemOf(base: string, answer: Response): Promise<ClientError> {
  const problem = (await readAnswer(base, answer)) as unknown as ProblemResource | null;
  // As a proxy refuses: without a word, or with JSON of its own.
  if (typeof problem?.code !== "string") return askError(answer.status);
  const after = Number(answer.headers.get("retry-after") ?? Number.NaN);
  const seconds = Number.isFinite(after) ? after : null;
  return new ClientError(problem.code, answer.status, problem.detail, problem, seconds);
}

/** The answer, its body unread. Throws `unreachable` when there is none. */
export async function askServer(
  base: string,
  method: string,
  path: string,
  { query = {}, headers = {}, body, signal }: Ask & { readonly signal?: AbortSignal | undefined },
): Promise<Response> {
  const url = new URL(path, originOf(base));
  requireHeaders(headers);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  try {
    return await fetch(url, {
      method,
      headers: { ...headers },
      // No route answers with one, and our headers would follow it to whatever host it names.
      redirect: "error",
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw unreachable(base, (error as Error).cause);
  }
}

/** `fetch` takes what cannot be sent for a connection that failed. Its value is not told: it may be a token. */
function requireHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    // Around it white space is left out by `fetch`.
    if (!/[^\t -~\u0080-\u00ff]/.test(value.trim())) continue;
    const why = "a line break, another control character or a character beyond U+00FF is in it";
    throw new ClientError("invalid_header", 0, `the header ${name} cannot have this value: ${why}`, null);
  }
}

/** What Node says of a connection that failed; browsers say nothing. */
interface Cause {
  readonly code?: string;
  readonly syscall?: string;
  readonly message?: string;
  /** Of TLS: the message without what surrounds it. */
  readonly reason?: string;
}

function unreachable(base: string, cause: unknown): ClientError {
  const { code = "", syscall, message, reason = message } = (cause ?? {}) as Cause;
  const isSilent = message === undefined || syscall !== undefined || /^E[A-Z]+$|^UND_ERR_/.test(code);
  if (!isSilent) {
    const why = code === "" ? reason : `${reason} (${code})`;
    const hint = /CERT|VERIFY/.test(code)
      ? "with a certificate authority of your own: NODE_EXTRA_CA_CERTS names the file of its certificate"
      : "are http or https, host and port of the address right?";
    return problem(`${base} cannot be used: ${why}`, hint);
  }
  const detail = `nothing answers at ${base}${code === "" ? "" : ` (${code})`}`;
  const hint = isLoopback(new URL(base).hostname)
    ? "start it with `dispatched dev`"
    : "is the address right, and the server up? `dispatched login --url URL` names another";
  return problem(detail, hint);
}

function problem(detail: string, hint: string): ClientError {
  return new ClientError("unreachable", 0, detail, { code: "unreachable", detail, hint });
}

async function readAnswer(base: string, answer: Response): Promise<Json> {
  const text = await answer.text().catch((error: Error) => {
    throw unreachable(base, error.cause);
  });
  if (text === "") return null;
  const parsed = parseJson(text, "ours");
  if (parsed.ok) return parsed.value;
  throw askError(answer.status);
}

/** Something answers, but not as this server does. */
export function askError(status: number): ClientError {
  const detail = "what answers there is not Dispatched";
  const hint = "is the address right? something else may stand before the server";
  return new ClientError("unreachable", status, detail, { code: "unreachable", detail, hint });
}
