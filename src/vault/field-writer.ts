// Joins fields into bytes so that no two lists of fields give the same bytes: each is led by its length.

import { assert } from "../value/assert.ts";

const lengthBytes = 4;
const illFormed = Uint8Array.of(0xff);

/**
 * A field is its length in bytes (32 bits, big-endian) and the bytes, text in UTF-8 where it has one. One writer is used again and
 * again, because it stands on the path of every sealed value.
 */
export class FieldWriter {
  #buffer = Buffer.alloc(1024);
  /** The same bytes: a part of a `Buffer` costs three times as much. */
  #bytes = new Uint8Array(this.#buffer.buffer);
  #end = 0;

  /** @param end as `end` was when the fields that stay had been written */
  start(end = 0): void {
    this.#end = end;
  }

  get end(): number {
    return this.#end;
  }

  /**
   * UTF-8 has no form for text with a lone surrogate, which any JSON may bring: written as it is, two texts would become
   * one. It is the byte FF, with which no UTF-8 begins, and its UTF-16 code units, little-endian.
   */
  text(value: string): void {
    if (!value.isWellFormed()) {
      this.bytes(Buffer.concat([illFormed, Buffer.from(value, "utf16le")]));
      return;
    }
    // UTF-8 needs at most three bytes for a UTF-16 code unit.
    this.#reserve(value.length * 3);
    const written = this.#buffer.write(value, this.#end + lengthBytes, "utf8");
    this.#close(written);
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#end + lengthBytes);
    this.#close(value.length);
  }

  /** A whole number from 0 to 2^53 - 1, as 8 bytes big-endian. */
  count(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, "a bound number is a whole number from 0 to 2^53 - 1");
    this.#reserve(8);
    const at = this.#end + lengthBytes;
    this.#buffer.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at);
    this.#buffer.writeUInt32BE(value >>> 0, at + 4);
    this.#close(8);
  }

  /** What was written since `start`. Valid until the next `start`. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  #reserve(size: number): void {
    const needed = this.#end + lengthBytes + size;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.alloc(needed * 2);
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
    this.#bytes = new Uint8Array(larger.buffer);
  }

  #close(size: number): void {
    this.#buffer.writeUInt32BE(size, this.#end);
    this.#end += lengthBytes + size;
  }
}
