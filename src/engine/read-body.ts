// The body of an answer as a value: JSON, text in its charset, or base64 of what is no text.

import type { ResponseRule } from "../language/workflow.ts";
import type { OutboundResponse } from "../ports/caller.ts";
import type { AnswerProblem } from "../run/command.ts";
import { base64, base64OfBytes } from "../value/base64.ts";
import type { Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { decodeText } from "./decode-text.ts";
import type { Mask } from "./mask.ts";
import type { Work } from "./slices.ts";

interface ReadBody {
  readonly body: Json;
  readonly problem: AnswerProblem | null;
}

/** What a secret may be hidden in when nobody says what the bytes are. */
const utf8 = new TextDecoder();
const western = new TextDecoder("windows-1252");
const wide = [new TextDecoder("utf-16le"), new TextDecoder("utf-16be")];

/** What is no JSON is kept as text, what is no text in base64; with the reason when it should have been. */
export function* readBody(rule: ResponseRule, response: OutboundResponse, mask: Mask | null): Work<ReadBody> {
  const bytes = response.body;
  if (rule.parse === "base64") return { body: yield* inBase64(bytes, mask), problem: null };
  const contentType = response.headers["content-type"] ?? "";
  const mediaType = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const json = rule.parse === "json" || (rule.parse === "auto" && isJson(mediaType));
  if (bytes.length === 0) {
    if (rule.parse === "text") return { body: "", problem: null };
    return { body: null, problem: rule.parse === "json" ? notParsed("the body is empty") : null };
  }
  if (!json && rule.parse === "auto" && !isText(mediaType)) {
    return { body: yield* inBase64(bytes, mask), problem: null };
  }
  const decoded = decodeText(bytes, contentType, json);
  if (!decoded.ok) {
    const problem = { kind: "charset", message: decoded.message, details: null } as const;
    return { body: yield* inBase64(bytes, mask), problem };
  }
  return json ? yield* readJson(decoded.text, mask) : { body: decoded.text, problem: null };
}

/** A secret cannot be seen in base64, so it is masked before: bytes that hold one are recorded as text without it. */
function* inBase64(bytes: Uint8Array, mask: Mask | null): Work<string> {
  if (mask === null) return base64OfBytes(bytes);
  for (const decoder of guessesFor(bytes, mask.isAscii())) {
    const text = decoder.decode(bytes);
    yield;
    const masked = yield* mask.work(text);
    if (masked === text) continue;
    yield;
    return base64(masked);
  }
  return base64OfBytes(bytes);
}

/**
 * What is of ASCII is the same in UTF-8 as in windows-1252, its escapes included, and has a byte of zeros in UTF-16.
 */
function guessesFor(bytes: Uint8Array, isAscii: boolean): readonly TextDecoder[] {
  if (isAscii) return bytes.includes(0) ? [utf8, ...wide] : [utf8];
  return [utf8, western, ...wide];
}

/** What does not parse is kept as text, with the reason. */
function* readJson(text: string, mask: Mask | null): Work<ReadBody> {
  yield;
  const parsed = parseJson(text, "data");
  yield;
  if (parsed.ok) return { body: parsed.value, problem: null };
  const shown = mask === null ? text : yield* mask.work(text);
  if (shown === text) return { body: text, problem: notParsed(parsed.message) };
  // A parser quotes a few characters of the text, which may be a piece of a secret: it is told of the masked text.
  const again = parseJson(shown, "data");
  return { body: shown, problem: notParsed(again.ok ? "it holds a secret" : again.message) };
}

function notParsed(reason: string): AnswerProblem {
  return {
    kind: "parse",
    message: `the answer is not the JSON that was asked for: ${reason}`,
    details: null,
  };
}

function isJson(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType.endsWith("+json");
}

function isText(mediaType: string): boolean {
  return (
    mediaType === "" ||
    mediaType.startsWith("text/") ||
    mediaType === "application/xml" ||
    mediaType.endsWith("+xml") ||
    mediaType === "application/x-www-form-urlencoded" ||
    mediaType === "application/javascript"
  );
}
