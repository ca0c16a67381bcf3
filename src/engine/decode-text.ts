// Text of an answer, in the charset that it is in.

type DecodedText =
  | { readonly ok: true; readonly text: string }
  /** Without any of the bytes. */
  | { readonly ok: false; readonly message: string };

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Each of its bytes is a character: what no charset was said for and is not UTF-8, as browsers read it. */
const western = new TextDecoder("windows-1252");

/**
 * A byte order mark tells the charset, else the parameter of the content type (RFC 9110, section 8.3.2; names as in
 * WHATWG Encoding, section 4.2), else it is UTF-8. Text for which nothing was said and that is not UTF-8 is read as
 * windows-1252, so that nothing of it is lost; with `strict`, as for JSON (RFC 8259, section 8.1), it is refused.
 */
export function decodeText(bytes: Uint8Array, contentType: string, strict: boolean): DecodedText {
  const charset = markOf(bytes) ?? charsetOf(contentType);
  const decoder = charset === null ? utf8 : decoderOf(charset);
  const shown = charset?.slice(0, 40) ?? "utf-8";
  if (decoder === null)
    return { ok: false, message: `the answer says that it is in the charset ${shown}, which is not known` };
  try {
    return { ok: true, text: decoder.decode(bytes) };
  } catch {
    if (charset === null && !strict) return { ok: true, text: western.decode(bytes) };
    return { ok: false, message: `the answer is no text in the charset ${shown}` };
  }
}

function markOf([first, second, third]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xff && second === 0xfe ? "utf-16le" : null;
}

function charsetOf(contentType: string): string | null {
  if (!contentType.includes("=")) return null;
  const found = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType);
  return found === null ? null : (found[1] ?? found[2] ?? "").toLowerCase();
}

function decoderOf(charset: string): TextDecoder | null {
  if (charset === "utf-8" || charset === "utf8") return utf8;
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return null;
  }
}
