// Undoes the content-encoding of a body, within a bound on what may come out.

import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { zstdFrames } from "./zstd-frames.ts";

export type DecodedBody =
  | { readonly ok: true; readonly body: Uint8Array }
  | { readonly ok: false; readonly reason: "network" | "too_large"; readonly detail: string };

interface Codec {
  /** Null when it is too much for the event loop. */
  readonly now: (input: Uint8Array, options: zlib.ZstdOptions) => Uint8Array | null;
  readonly later: (input: Uint8Array, options: zlib.ZstdOptions) => Promise<Uint8Array>;
  readonly params?: Readonly<Record<number, number>>;
}

/** Beyond this many bytes, in or out, decoding moves off the event loop. */
const nowBytesMax = 64 * 1024;
/** More layers than any honest service uses; each could multiply the last. */
const layersMax = 2;

const gzip: Codec = { now: zlib.gunzipSync, later: promisify(zlib.gunzip) as Codec["later"] };
const codecs: Readonly<Record<string, Codec>> = {
  gzip,
  "x-gzip": gzip,
  deflate: { now: zlib.inflateSync, later: promisify(zlib.inflate) as Codec["later"] },
  br: { now: zlib.brotliDecompressSync, later: promisify(zlib.brotliDecompress) as Codec["later"] },
  zstd: {
    ...zstdFrames,
    // A window of at most 8 MB (RFC 9659, section 3): without it a few bytes ask for 128 MB.
    params: { [zlib.constants.ZSTD_d_windowLogMax]: 23 },
  },
};
const rawDeflate: Codec = { now: zlib.inflateRawSync, later: promisify(zlib.inflateRaw) as Codec["later"] };

/**
 * `body` without the codings that `contentEncoding` names (RFC 9110, section 8.4), at most `maxBytes` of it. An empty
 * body is empty whatever it claims. Answers at once when it is small.
 */
export function decodeBody(
  body: Uint8Array,
  contentEncoding: string,
  maxBytes: number,
): DecodedBody | Promise<DecodedBody> {
  const names = contentEncoding.toLowerCase().split(",");
  const layers = names.map((name) => name.trim()).filter((name) => name !== "" && name !== "identity");
  if (body.length === 0 || layers.length === 0) return { ok: true, body };
  if (layers.length > layersMax) return broken("content-encoding has too many layers");
  if (layers.some((name) => !Object.hasOwn(codecs, name))) return broken("content-encoding is not known");
  const outermost = layers.pop() as string;
  const inner = layers[0];
  const decoded = decodeLayer(body, outermost, maxBytes);
  if (inner === undefined) return decoded;
  return Promise.resolve(decoded).then((outer) =>
    outer.ok ? decodeLayer(outer.body, inner, maxBytes) : outer,
  );
}

function decodeLayer(body: Uint8Array, name: string, maxBytes: number): DecodedBody | Promise<DecodedBody> {
  const codec = name === "deflate" && !hasZlibHeader(body) ? rawDeflate : (codecs[name] as Codec);
  const options = (outMax: number) => ({ maxOutputLength: Math.max(outMax, 1), params: codec.params ?? {} });
  if (body.length <= nowBytesMax) {
    try {
      const decoded = codec.now(body, options(Math.min(maxBytes, nowBytesMax)));
      if (decoded !== null) return within(decoded, maxBytes);
    } catch (error) {
      if (!isTooLarge(error) || maxBytes <= nowBytesMax) return failed(error, name);
    }
  }
  return codec.later(body, options(maxBytes)).then(
    (decoded) => within(decoded, maxBytes),
    (error: unknown) => failed(error, name),
  );
}

/** `deflate` means zlib (RFC 9110, section 8.4.1.2), but some services send the bare stream (RFC 1950, section 2.2). */
function hasZlibHeader(body: Uint8Array): boolean {
  const [first = 0, second = 0] = body;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

function within(body: Uint8Array, maxBytes: number): DecodedBody {
  return body.length <= maxBytes ? { ok: true, body } : tooLarge();
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
}

function failed(error: unknown, name: string): DecodedBody {
  return isTooLarge(error) ? tooLarge() : broken(`the body is not whole or not content-encoding ${name}`);
}

function tooLarge(): DecodedBody {
  return { ok: false, reason: "too_large", detail: "the decompressed body is too large" };
}

function broken(detail: string): DecodedBody {
  return { ok: false, reason: "network", detail };
}
