// A body that is JSON, or none.

import type { Json } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { parseJson } from "../value/parse-json.ts";
import { DispatchedError } from "../value/problem.ts";
import { type ApiRequest, mediaTypeOf, readBody } from "./api-request.ts";
import { placeInJson } from "./place-in-json.ts";

export const byteOrderMark = "\ufeff";

export interface JsonBody {
  /** As it came, a byte order mark included. */
  readonly text: string;
  /** Null for no body. */
  readonly value: Json;
}

/** Errors: those of `readBody`, `unsupported_media_type`, `invalid_json` and what else keeps JSON from being read. */
export async function readJsonBody(
  request: ApiRequest,
  bytesMax: number = limits.request_body_bytes,
): Promise<JsonBody> {
  return jsonOf(request, await readBody(request, bytesMax));
}

/** Errors: as of `readJsonBody`, of a body that was read. */
export function jsonOf(request: Pick<ApiRequest, "headers">, text: string): JsonBody {
  if (text === "") return { text, value: null };
  if (!isJsonType(mediaTypeOf(request))) {
    throw new DispatchedError("unsupported_media_type", "the body is application/json here", {
      hint: "set the header content-type: application/json",
    });
  }
  return { text, value: parseBody(text) };
}

export function isJsonType(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType.endsWith("+json");
}

/** Errors: `invalid_json` and its kin, with line and column. */
export function parseBody(text: string): Json {
  const bare = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  const parsed = parseJson(bare, "strict");
  if (parsed.ok) return parsed.value;
  const place = placeInJson(bare, parsed.code);
  throw new DispatchedError(parsed.code, place === null ? parsed.message : place.message, {
    extra: place === null ? {} : { line: place.line, column: place.column },
  });
}
