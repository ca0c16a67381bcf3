// Memory in which text becomes bytes for the moment of its sealing, because memory of its own for each costs more.

const pageBytes = 65_536;
/** UTF-8 needs at most three bytes for a UTF-16 code unit. */
const unitBytesMax = 3;
const encoder = new TextEncoder();

/** Only what is about to be sealed lies in the page; it is erased at once, and the page never leaves its thread. */
export class TextPage {
  readonly #page = Buffer.alloc(pageBytes);

  /** Calls `use` with the UTF-8 of `text`, valid until it returns. Lone surrogates become U+FFFD, as everywhere. */
  lend<Result>(text: string, use: (bytes: Uint8Array) => Result): Result {
    if (text.length > pageBytes / unitBytesMax) return use(encoder.encode(text));
    const { written } = encoder.encodeInto(text, this.#page);
    try {
      return use(this.#page.subarray(0, written));
    } finally {
      this.#page.fill(0, 0, written);
    }
  }
}
