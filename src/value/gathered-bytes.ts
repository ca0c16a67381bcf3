// Bytes that come in pieces, kept in one buffer.

/**
 * A sender chooses the size of the pieces: kept one by one, pieces of one byte take two hundred times the memory of what
 * they hold. The first is kept as it is, which is mostly the whole; who gave it must not write to it again.
 */
export class GatheredBytes {
  #bytes: Uint8Array = new Uint8Array(0);
  #size = 0;
  #isOwn = false;

  get size(): number {
    return this.#size;
  }

  add(piece: Uint8Array): void {
    if (this.#size === 0) {
      this.#bytes = piece;
      this.#isOwn = false;
    } else {
      this.#reserve(this.#size + piece.length);
      this.#bytes.set(piece, this.#size);
    }
    this.#size += piece.length;
  }

  /** All of them, in memory that nothing else writes to while nothing is added. */
  whole(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  clear(): void {
    this.#bytes = new Uint8Array(0);
    this.#size = 0;
    this.#isOwn = false;
  }

  #reserve(size: number): void {
    if (this.#isOwn && size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(size, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
    this.#isOwn = true;
  }
}
