// Text as bytes and back, half of a surrogate pair included, for which UTF-8 has no form: WTF-8 (simonsapin.github.io/wtf-8).

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** A half, as the bytes of its code point: UTF-8 has ED with none of A0 to BF behind it. */
const half = /(\xed[\xa0-\xbf][\x80-\xbf])/;

/** UTF-8 of text that has a form in it. */
export function encodeWtf8(text: string): Uint8Array {
  return Buffer.concat(
    text.split(/(\p{Surrogate})/u).map((part) => {
      if (part.isWellFormed()) return encoder.encode(part);
      const unit = part.charCodeAt(0);
      return Uint8Array.of(0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
    }),
  );
}

/** Null for what is none. Two halves that came together are a whole. */
export function decodeWtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return withHalves(bytes);
  }
}

function withHalves(bytes: Uint8Array): string | null {
  const parts = Buffer.from(bytes).toString("latin1").split(half);
  if (parts.length === 1) return null;
  try {
    return parts
      .map((part, index) => {
        if (index % 2 === 0) return decoder.decode(Buffer.from(part, "latin1"));
        return String.fromCharCode(0xd000 | ((part.charCodeAt(1) & 0x3f) << 6) | (part.charCodeAt(2) & 0x3f));
      })
      .join("");
  } catch {
    return null;
  }
}
