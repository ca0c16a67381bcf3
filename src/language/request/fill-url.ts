// Puts secrets into a recorded address, and its query behind it.

import type { RecordedRequest } from "../recorded-request.ts";
import { checkUrl } from "./check-url.ts";
import { fillText, type Secrets, secretValue } from "./fill-text.ts";
import { sendableText } from "./sendable-text.ts";
import { checkSegments, encodeValue, newUrlWriter, writeLiteral, writeValue } from "./url-writer.ts";

/** Throws EvaluationError `secret_missing`, `not_a_text`, `invalid_url`. */
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
  checkUrl(sendableText(writer.text, "the URL"));
  if (query.length === 0) return writer.text;
  const pairs = query
    .map(([name, value]) => {
      const text = fillText(value, secrets);
      return `${encode(name, "the name of a query parameter")}=${encode(text, `query parameter \`${name}\``)}`;
    })
    .join("&");
  return `${writer.text}${writer.text.includes("?") ? "&" : "?"}${pairs}`;
}

function encode(text: string, what: string): string {
  return encodeURIComponent(sendableText(text, what));
}
