// Parts as the body of a request: multipart/form-data (RFC 7578), the same bytes at every attempt.

import { EvaluationError } from "../evaluate/evaluation-error.ts";
import type { RecordedFormPart } from "../recorded-request.ts";
import { type FilledBody, fillContent } from "./fill-body.ts";
import { fillText, type Secrets } from "./fill-text.ts";
import { isHeaderValue } from "./header-rules.ts";
import { sendableText } from "./sendable-text.ts";

const encoder = new TextEncoder();
const stem = "dispatched-part-";

/** Throws EvaluationError `secret_missing`, `not_a_text`, `invalid_header`. */
export function fillMultipart(
  parts: readonly RecordedFormPart[],
  secrets: Secrets,
): FilledBody & { readonly content: Uint8Array } {
  const contents = parts.map(({ name, content }) =>
    bytesOf(fillContent(content, secrets, `part \`${name}\``)),
  );
  const boundary = boundaryFor(contents);
  const pieces: Uint8Array[] = [];
  for (const [index, part] of parts.entries()) {
    pieces.push(encoder.encode(`--${boundary}\r\n${headersOf(part, secrets)}\r\n`));
    pieces.push(contents[index] as Uint8Array, encoder.encode("\r\n"));
  }
  pieces.push(encoder.encode(`--${boundary}--\r\n`));
  return { content: joined(pieces), contentType: `multipart/form-data; boundary=${boundary}` };
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? encoder.encode(content) : content;
}

function headersOf({ name, filename, contentType, content }: RecordedFormPart, secrets: Secrets): string {
  const file =
    filename === null
      ? ""
      : `; filename="${quoted(fillText(filename, secrets), `the file name of part \`${name}\``)}"`;
  const type = contentType === null ? defaultType(content.type, file !== "") : fillText(contentType, secrets);
  if (type !== null && !isHeaderValue(type)) {
    const message = `the content type of part \`${name}\` has a character that it cannot have`;
    throw new EvaluationError("invalid_header", message);
  }
  const typeLine = type === null ? "" : `content-type: ${type}\r\n`;
  return `content-disposition: form-data; name="${quoted(name, "the name of a part")}"${file}\r\n${typeLine}`;
}

/** A field of text says nothing of its type, as browsers do it. */
function defaultType(content: RecordedFormPart["content"]["type"], isFile: boolean): string | null {
  if (content === "json") return "application/json";
  if (content === "base64") return "application/octet-stream";
  return isFile ? "text/plain; charset=utf-8" : null;
}

/** Names of fields and files (WHATWG HTML, "multipart/form-data encoding algorithm"). */
function quoted(name: string, what: string): string {
  return sendableText(name, what).replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}

/** The first number of which no part has the boundary in it: one look at each byte, whatever the parts hold. */
function boundaryFor(contents: readonly Uint8Array[]): string {
  const taken = new Set<number>();
  // One character a byte, so that what is no text is looked through as well.
  const decoder = new TextDecoder("latin1");
  for (const content of contents) {
    for (const [, digits] of decoder.decode(content).matchAll(/dispatched-part-(\d{1,9})/g))
      taken.add(Number(digits));
  }
  let number = 1;
  while (taken.has(number)) number++;
  return `${stem}${number}`;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
