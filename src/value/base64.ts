// Base64 (RFC 4648, section 4), with padding: the pure floors have no Buffer and no btoa to name.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const codes = new TextEncoder().encode(alphabet);
const padding = 61;
const ascii = new TextDecoder();

/** Base64 of the UTF-8 bytes of `text`. */
export function base64(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text));
}

export function base64OfBytes(bytes: Uint8Array): string {
  const encoded = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let length = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    // What is not there is nothing: 0.
    const [second, third] = [bytes[index + 1] as number, bytes[index + 2] as number];
    const bits = ((bytes[index] as number) << 16) | (second << 8) | third;
    encoded[length++] = codes[bits >> 18] as number;
    encoded[length++] = codes[(bits >> 12) & 63] as number;
    encoded[length++] = codes[(bits >> 6) & 63] as number;
    encoded[length++] = codes[bits & 63] as number;
  }
  const rest = bytes.length % 3;
  if (rest > 0) encoded.fill(padding, length - 3 + rest);
  return ascii.decode(encoded);
}
