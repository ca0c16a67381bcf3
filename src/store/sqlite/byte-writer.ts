// Writes numbers, texts and bytes one after the other into a buffer that was made large enough.

import { assert } from "../../value/assert.ts";

/** The most bytes that a number takes. */
export const numberBytesMax = 8;

export class ByteWriter {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.#bytes = Buffer.from(new ArrayBuffer(size));
  }

  /** What was written. */
  get written(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.buffer as ArrayBuffer, 0, this.#at);
  }

  byte(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  /** An integer from 0 to 2^53 - 1, seven bits a byte, lowest first (LEB128). */
  count(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, "a count is an integer from 0");
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#at++] = rest;
  }

  /** An integer that may be negative, near 0 more often than not. */
  difference(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Any number, or null. */
  number(value: number | null): void {
    this.#at = this.#bytes.writeDoubleLE(value ?? Number.NaN, this.#at);
  }

  /** A text whose characters are below 256, such as an id. */
  id(text: string): void {
    this.count(text.length);
    this.#at += this.#bytes.write(text, this.#at, "latin1");
  }

  bytes(value: Uint8Array): void {
    this.count(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }
}
