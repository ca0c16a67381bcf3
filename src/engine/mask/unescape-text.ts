// Text without the escapes of an encoding, and where each of its characters stood in the text with them.

import type { Work } from "../slices.ts";
import { type Escaping, readEscape, signs } from "./read-escape.ts";

export interface Unescaped {
  readonly text: string;
  /** Offset in the text before, of an offset here, that of the end included. */
  readonly from: (offset: number) => number;
}

/** Characters that are looked at without a break. */
export const blockLength = 8_192;
/** Of so many characters the place of the first is kept. */
const markEvery = 16;

const ascii = new TextDecoder();
/** Of the block that is being read. Its last escape may end behind it, and is two units at most. */
const units = new Uint16Array(blockLength + 1);

/** Null when there is nothing to unescape. What is no escape stays as it is. */
export function* unescapeText(text: string, escaping: Escaping): Work<Unescaped | null> {
  if (!hasEscapes(text, escaping)) return null;
  const unescaping = new Unescaping(text, escaping);
  while (!unescaping.readBlock()) yield;
  return unescaping.unescaped();
}

/** A long text is not searched any further than to the first sign. */
export function hasEscapes(text: string, escaping: Escaping): boolean {
  const sign = signs[escaping];
  let at = text.indexOf(sign);
  if (text.length > blockLength) return at >= 0;
  while (at >= 0 && readEscape(text, at, escaping) < 0) at = text.indexOf(sign, at + 1);
  return at >= 0;
}

class Unescaping {
  readonly #before: string;
  readonly #escaping: Escaping;
  readonly #parts: string[] = [];
  /** Where the character stands of which unit 0, 16, 32 and so on is part: twice, and one more where it is its second unit. */
  readonly #marks: number[] = [];
  #at = 0;
  #length = 0;

  constructor(text: string, escaping: Escaping) {
    this.#before = text;
    this.#escaping = escaping;
  }

  /** True when that was the last. */
  readBlock(): boolean {
    const text = this.#before;
    const escaping = this.#escaping;
    const marks = this.#marks;
    const sign = signs[escaping].charCodeAt(0);
    const until = Math.min(text.length, this.#at + blockLength);
    const begun = this.#length;
    let at = this.#at;
    let length = begun;
    let seen = 0;
    while (at < until) {
      const unit = text.charCodeAt(at);
      const read = unit === sign ? readEscape(text, at, escaping) : -1;
      const point = read < 0 ? unit : read >> 4;
      if (length % markEvery === 0) marks.push(at * 2);
      if (point > 0xffff) {
        units[length++ - begun] = 0xd800 + ((point - 0x1_0000) >> 10);
        if (length % markEvery === 0) marks.push(at * 2 + 1);
      }
      const last = point > 0xffff ? 0xdc00 + (point & 0x3ff) : point;
      units[length++ - begun] = last;
      seen |= last;
      at += read < 0 ? 1 : read & 15;
    }
    this.#at = at;
    this.#length = length;
    this.#parts.push(taken(length - begun, seen < 0x80));
    return at >= text.length;
  }

  unescaped(): Unescaped | null {
    if (this.#length === this.#before.length) return null;
    return { text: this.#parts.join(""), from: (offset) => this.#from(offset) };
  }

  #from(offset: number): number {
    if (offset >= this.#length) return this.#before.length;
    const block = Math.floor(offset / markEvery);
    const mark = this.#marks[block] as number;
    let at = mark >> 1;
    for (let unit = block * markEvery - (mark & 1); ; ) {
      const isSign = this.#before.charCodeAt(at) === signs[this.#escaping].charCodeAt(0);
      const read = isSign ? readEscape(this.#before, at, this.#escaping) : -1;
      unit += read >> 4 > 0xffff ? 2 : 1;
      if (unit > offset) return at;
      at += read < 0 ? 1 : read & 15;
    }
  }
}

/** The first `length` units, of which nothing is left behind. */
function taken(length: number, isAscii: boolean): string {
  const read = units.subarray(0, length);
  // Many times quicker.
  const text = isAscii ? ascii.decode(Uint8Array.from(read)) : Reflect.apply(String.fromCharCode, null, read);
  read.fill(0);
  return text;
}
