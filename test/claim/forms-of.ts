// The forms in which a value may be hidden: raw, escaped, encoded.

/** Each longer than a few bytes, without the characters that depend on neighbours. */
export function formsOf(value: string): readonly Buffer[] {
  const texts = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
  return [
    ...texts.map((text) => Buffer.from(text)),
    ...encodedForms(Buffer.from(value)),
    Buffer.from(value, "utf16le"),
  ];
}

/** Of bytes: hexadecimal, and base64 and base64url in their three phases. */
export function encodedForms(bytes: Buffer): readonly Buffer[] {
  const phases = [0, 1, 2].map((pad) => Buffer.concat([Buffer.alloc(pad), bytes]));
  const encoded = (["base64", "base64url"] as const).flatMap((encoding) =>
    phases.map((phase, pad) => {
      const text = phase.toString(encoding).replace(/=+$/, "");
      return text.slice(pad === 0 ? 0 : 4, text.length - (phase.length % 3 === 0 ? 0 : 2));
    }),
  );
  return [bytes.toString("hex"), ...new Set(encoded)].map((text) => Buffer.from(text));
}
