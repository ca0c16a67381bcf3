// Bytes that hold a key for a while: erasing them erases them everywhere.

/**
 * `size` zero bytes outside the JavaScript heap. V8 puts typed arrays of up to 64 bytes into the heap: a collection copies
 * them there, a native call moves them out of it, and what was copied or moved stays readable whatever is erased later.
 */
export function secretBytes(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(size));
}

/** A copy like that. */
export function secretCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = secretBytes(bytes.length);
  copy.set(bytes);
  return copy;
}
