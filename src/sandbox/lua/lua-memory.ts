// Texts in and out of Lua's memory.

import { Stop } from "../stop.ts";
import type { LuaApi, LuaState } from "./lua-module.ts";
import { decodeWtf8, encodeWtf8 } from "./wtf-8.ts";

const scratchBytes = 4_096;
/** Every UTF-16 unit takes three bytes of UTF-8 at most. */
const scratchUnits = Math.floor(scratchBytes / 3);
const encoder = new TextEncoder();
/** Below this a loop is faster than a decoder. */
const shortBytes = 48;

export class LuaMemory {
  readonly api: LuaApi;
  readonly #scratch: number;
  readonly #length: number;
  #bytes: Uint8Array;

  constructor(api: LuaApi) {
    this.api = api;
    this.#scratch = api.malloc(scratchBytes);
    this.#length = api.malloc(4);
    this.#bytes = new Uint8Array(api.memory.buffer);
  }

  /** The whole memory. It is another array after memory has grown. */
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.api.memory.buffer) this.#bytes = new Uint8Array(this.api.memory.buffer);
    return this.#bytes;
  }

  /** A text of C that stays: for names that are used again and again. */
  constant(text: string): number {
    const encoded = encoder.encode(`${text}\0`);
    const pointer = this.api.malloc(encoded.length);
    this.bytes.set(encoded, pointer);
    return pointer;
  }

  /** Pushes `text` as UTF-8; half of a surrogate pair as in WTF-8. */
  pushText(state: LuaState, text: string): void {
    if (text.length <= scratchUnits && text.isWellFormed()) {
      this.api.lua_pushlstring(state, this.#scratch, this.#encodeShort(text));
    } else {
      const { pointer, length } = this.encode(text);
      this.api.lua_pushlstring(state, pointer, length);
      this.api.free(pointer);
    }
  }

  pushBytes(state: LuaState, bytes: Uint8Array): void {
    const pointer = this.#allocate(bytes.length);
    this.bytes.set(bytes, pointer);
    this.api.lua_pushlstring(state, pointer, bytes.length);
    this.api.free(pointer);
  }

  /** `text` in memory of its own, which the caller frees. */
  encode(text: string): { readonly pointer: number; readonly length: number } {
    // Without one it is written where it stays.
    const encoded = text.isWellFormed() ? null : encodeWtf8(text);
    const length = encoded?.length ?? Buffer.byteLength(text);
    const pointer = this.#allocate(length);
    if (encoded === null) encoder.encodeInto(text, this.bytes.subarray(pointer, pointer + length));
    else this.bytes.set(encoded, pointer);
    return { pointer, length };
  }

  /** The bytes of the string at `index`: a view that the next call into Lua may spoil. */
  view(state: LuaState, index: number): Uint8Array {
    const pointer = this.api.lua_tolstring(state, index, this.#length) >>> 0;
    const bytes = this.bytes;
    const at = this.#length;
    const length =
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24)) >>>
      0;
    return bytes.subarray(pointer, pointer + length);
  }

  /** The string at `index`, or null when it is no text. */
  text(state: LuaState, index: number): string | null {
    const view = this.view(state, index);
    if (view.length < shortBytes) {
      const text = shortAscii(view);
      if (text !== null) return text;
    }
    return decodeWtf8(view);
  }

  #encodeShort(text: string): number {
    const bytes = this.bytes;
    const start = this.#scratch;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit >= 0x80) return encoder.encodeInto(text, bytes.subarray(start, start + scratchBytes)).written;
      bytes[start + index] = unit;
    }
    return text.length;
  }

  #allocate(length: number): number {
    const pointer = this.api.malloc(Math.max(1, length)) >>> 0;
    if (pointer === 0) throw new Stop("evaluation_memory", "the value does not fit into the script's memory");
    return pointer;
  }
}

function shortAscii(view: Uint8Array): string | null {
  let text = "";
  for (const byte of view) {
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}
