// Puts secrets into a recorded address, and its query behind it.

import type { RecordedRequest } from "../recorded-request.ts";
import { checkUrl } from "./check-url.ts";
import { fillText, type Secrets, secretValue } from "./fill-text.ts";
import { checkSegments, encodeValue, newUrlWriter, writeLiteral, writeValue } from "./url-writer.ts";

/** Throws EvaluationError `secret_missing`, `invalid_url`. */
export function fillUrl({ url, query }: RecordedRequest, secrets: Secrets): string {
  const writer = newUrlWriter();
  for (const [index, part] of (typeof url === "string" ? [url] : url).entries()) {
    if (typeof part === "string") writeLiteral(writer, part);
    else if (index === 0) writeLiteral(writer, secretValue(part.secret, secrets));
    else
      writeValue(
        writer,
        encodeValue(writer, secretValue(part.secret, secrets), `\`secrets.${part.secret}\``),
      );
  }
  checkSegments(writer);
  checkUrl(writer.text);
  if (query.length === 0) return writer.text;
  const pairs = query.map(([name, value]) => `${encode(name)}=${encode(fillText(value, secrets))}`).join("&");
  return `${writer.text}${writer.text.includes("?") ? "&" : "?"}${pairs}`;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
