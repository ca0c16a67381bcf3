// Writes an address part by part, knowing at each which part of a URL it has come to (RFC 3986, section 3).

import { EvaluationError } from "../evaluate/evaluation-error.ts";
import { sendableText } from "./sendable-text.ts";

type UrlRegion = "scheme" | "host" | "path" | "query";

export interface UrlWriter {
  text: string;
  region: UrlRegion;
  /** Offsets of what values gave within the path. */
  readonly values: (readonly [start: number, end: number])[];
}

/** What a name of a host, an address or a port is made of. */
const hostCharacters = /^[A-Za-z0-9._-]*$/;
const schemeLengthMax = 64;

export function newUrlWriter(): UrlWriter {
  return { text: "", region: "scheme", values: [] };
}

/** Appends text of the author, or a value that stands at the beginning. */
export function writeLiteral(writer: UrlWriter, text: string): void {
  writer.text += text;
  let rest = text;
  if (writer.region === "scheme") {
    const end = writer.text.slice(0, schemeLengthMax).indexOf("://");
    if (end < 0) return;
    rest = writer.text.slice(end + 3);
    writer.region = "host";
  }
  if (writer.region === "host" && /[/?#]/.test(rest)) writer.region = "path";
  if (writer.region === "path" && /[?#]/.test(rest)) writer.region = "query";
}

/** A secret that stands at the beginning has begun the address: at the least, its scheme. */
export function writeUnknownBeginning(writer: UrlWriter): void {
  writer.region = "host";
}

/**
 * What `value` becomes where the writer stands: percent-encoded, or as it is in the host. Throws EvaluationError
 * `invalid_url` for what may not stand there, and `not_a_text`. `what` names the value in messages.
 */
export function encodeValue(writer: UrlWriter, value: string, what: string): string {
  switch (writer.region) {
    case "scheme":
      throw new EvaluationError(
        "invalid_url",
        `${what} stands in the scheme of the URL; only its beginning can be a value`,
      );
    case "host":
      if (hostCharacters.test(value)) return value;
      throw new EvaluationError(
        "invalid_url",
        `${what} stands in the host of the URL and has characters that a host cannot have`,
      );
    case "path":
      // A server that decodes `%2F` before it resolves dots would climb just the same.
      if (value.split(/[/\\]/).some(isDots)) throw dots(what);
      return encodeURIComponent(sendableText(value, `${what} in the URL`));
    case "query":
      return encodeURIComponent(sendableText(value, `${what} in the URL`));
  }
}

/** Appends what `encodeValue` gave. */
export function writeValue(writer: UrlWriter, encoded: string): void {
  if (writer.region === "path") writer.values.push([writer.text.length, writer.text.length + encoded.length]);
  writer.text += encoded;
}

/** Refuses a segment of the path that a value made into `.` or `..`, together with what stands beside it. */
export function checkSegments(writer: UrlWriter): void {
  for (const [start, end] of writer.values) {
    const from = writer.text.lastIndexOf("/", start - 1) + 1;
    const to = /[/?#]/g;
    to.lastIndex = end;
    const segment = writer.text.slice(from, to.exec(writer.text)?.index ?? writer.text.length);
    if (isDots(segment.replaceAll(/%2e/gi, "."))) throw dots("a value");
  }
}

function isDots(segment: string): boolean {
  return segment === "." || segment === "..";
}

function dots(what: string): EvaluationError {
  return new EvaluationError("invalid_url", `${what} makes \`.\` or \`..\` a segment of the URL's path`);
}
