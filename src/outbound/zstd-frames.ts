// Decompresses zstd, of which a body may have several frames one after the other (RFC 8878, section 3).

import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** What `info: true` gives, which the declarations of Node's types do not tell. */
interface Frame {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

interface Frames {
  next(): { readonly rest: Uint8Array; readonly options: zlib.ZstdOptions } | null;
  take(frame: Frame): void;
  whole(): Uint8Array;
}

/** More than any honest service writes: each costs a decoder, which the event loop makes. */
const framesMax = 32;
const later = promisify(zlib.zstdDecompress) as (
  input: Uint8Array,
  options: zlib.ZstdOptions,
) => Promise<unknown>;

/** Node's own functions decode the first frame and pass over the rest. `maxOutputLength` holds for all frames together. */
export const zstdFrames = {
  /** Null when there are several. */
  now(input: Uint8Array, options: zlib.ZstdOptions): Uint8Array | null {
    const frames = framesOf(input, options);
    const first = frames.next();
    if (first !== null) frames.take(zlib.zstdDecompressSync(first.rest, first.options) as unknown as Frame);
    return frames.next() === null ? frames.whole() : null;
  },
  async later(input: Uint8Array, options: zlib.ZstdOptions): Promise<Uint8Array> {
    const frames = framesOf(input, options);
    for (let next = frames.next(); next !== null; next = frames.next()) {
      frames.take((await later(next.rest, next.options)) as Frame);
    }
    return frames.whole();
  },
};

function framesOf(input: Uint8Array, options: zlib.ZstdOptions): Frames {
  const found: Uint8Array[] = [];
  let at = 0;
  let left = options.maxOutputLength ?? Number.MAX_SAFE_INTEGER;
  return {
    next() {
      if (at >= input.length) return null;
      if (found.length === framesMax) throw new Error("there are too many frames");
      const maxOutputLength = Math.max(left, 1);
      return { rest: input.subarray(at), options: { ...options, maxOutputLength, info: true } };
    },
    take({ buffer, engine }) {
      left -= buffer.length;
      if (left < 0) throw Object.assign(new Error("the frames are too large"), tooLarge);
      if (engine.bytesWritten === 0) throw new Error("a frame has no end");
      at += engine.bytesWritten;
      found.push(buffer);
    },
    whole() {
      const [first] = found;
      return first !== undefined && found.length === 1 ? first : Buffer.concat(found);
    },
  };
}

/** As Node says it of one frame. */
const tooLarge = { code: "ERR_BUFFER_TOO_LARGE" };
