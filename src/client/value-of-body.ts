// A large body of a run, as the server gives it: the value that it stands for.

import { base64OfBytes } from "../value/base64.ts";
import type { Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { askError } from "./ask-json.ts";
import { ClientError } from "./client-error.ts";

/** Throws a `ClientError`, `unreachable`, for one that was cut off, and for what no such answer is. */
export async function valueOfBody(answer: Response): Promise<Json> {
  const content = await answer.arrayBuffer().catch(() => {
    throw new ClientError("unreachable", 0, "the body was cut off", null);
  });
  const bytes = new Uint8Array(content);
  const type = answer.headers.get("content-type") ?? "";
  if (type.startsWith("application/octet-stream")) return base64OfBytes(bytes);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (type.startsWith("text/plain")) return text;
  const parsed = parseJson(text, "ours");
  if (parsed.ok) return parsed.value;
  throw askError(answer.status);
}
