// Reads what a ByteWriter wrote.

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] as number;
  }

  count(): number {
    let value = 0;
    for (let place = 1; ; place *= 0x80) {
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
  }

  difference(): number {
    const value = this.count();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  number(): number | null {
    const value = this.#bytes.readDoubleLE(this.#at);
    this.#at += 8;
    return Number.isNaN(value) ? null : value;
  }

  id(): string {
    const size = this.count();
    this.#at += size;
    return this.#bytes.toString("latin1", this.#at - size, this.#at);
  }

  /** A view, not a copy. */
  bytes(): Buffer {
    const size = this.count();
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}
