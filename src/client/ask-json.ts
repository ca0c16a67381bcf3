// One request of a client and its answer as JSON.

import type { Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { ClientError } from "./client-error.ts";
import type { ProblemResource } from "./resources.ts";

export interface Ask {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Null for an answer without a body. Throws a `ClientError`. @param base `http://127.0.0.1:4000` */
export async function askJson(base: string, method: string, path: string, ask: Ask): Promise<Json> {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(ask.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  let status: number;
  let text: string;
  try {
    const answer = await fetch(url, {
      method,
      headers: { ...ask.headers },
      // No route answers with one, and our headers would follow it to whatever host it names.
      redirect: "error",
      ...(ask.body === undefined ? {} : { body: ask.body }),
    });
    status = answer.status;
    text = await answer.text();
  } catch {
    throw new ClientError("unreachable", 0, `nothing answers at ${base}`, null);
  }
  const value = readAnswer(text, status);
  if (status < 400) return value;
  const problem = value as unknown as ProblemResource;
  throw new ClientError(problem.code, status, problem.detail, problem);
}

/** A stream of events behind `after`. Throws a `ClientError`. */
export async function openStream(
  base: string,
  path: string,
  { token, after, signal }: { readonly token: string; readonly after: number; readonly signal: AbortSignal },
): Promise<Response> {
  const headers = {
    accept: "text/event-stream",
    "dispatched-session": token,
    "last-event-id": String(after),
  };
  let answer: Response;
  try {
    answer = await fetch(new URL(path, base), { headers, redirect: "error", signal });
  } catch {
    throw new ClientError("unreachable", 0, `nothing answers at ${base}`, null);
  }
  if (answer.status < 400) return answer;
  const problem = readAnswer(await answer.text(), answer.status) as unknown as ProblemResource;
  throw new ClientError(problem.code, answer.status, problem.detail, problem);
}

function readAnswer(text: string, status: number): Json {
  if (text === "") return null;
  const parsed = parseJson(text, "ours");
  if (parsed.ok) return parsed.value;
  throw new ClientError("unreachable", status, "what answers there is not Dispatched", null);
}
