// Bodies are decompressed within their bound, however much they would become.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { decodeBody } from "./decode-body.ts";

const encoders: Readonly<Record<string, (body: Uint8Array) => Uint8Array>> = {
  gzip: (body) => zlib.gzipSync(body),
  "x-gzip": (body) => zlib.gzipSync(body),
  deflate: (body) => zlib.deflateSync(body),
  br: (body) => zlib.brotliCompressSync(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: (body) => zlib.zstdCompressSync(body),
};

for (const [name, encode] of Object.entries(encoders)) {
  test(`${name} comes back, small and large, up to the bound and not beyond`, async () => {
    for (const size of [1, 100, 65_536, 65_537, 1_000_000]) {
      const body = size > 100_000 ? randomBytes(size) : Buffer.alloc(size, "abc");
      const sealed = encode(body);
      const decoded = await decodeBody(sealed, name, size);
      assert.ok(decoded.ok);
      assert.equal(Buffer.compare(decoded.body, body), 0);
      const bounded = await decodeBody(sealed, name.toUpperCase(), size - 1);
      assert.ok(!bounded.ok && bounded.reason === "too_large", `${size}`);
    }
  });

  test(`a bomb of ${name} is stopped early`, async () => {
    const bomb = encode(Buffer.alloc(120_000_000));
    const before = process.memoryUsage().arrayBuffers;
    const decoded = await decodeBody(bomb, name, 5_000_000);
    assert.ok(!decoded.ok && decoded.reason === "too_large");
    assert.ok(process.memoryUsage().arrayBuffers - before < 60_000_000);
  });

  test(`cut or altered ${name} is refused or stays within the bound`, async () => {
    const whole = encode(randomBytes(500));
    for (let size = 1; size < whole.length - 8; size += 7) {
      const decoded = await decodeBody(whole.subarray(0, size), name, 1000);
      assert.ok(!decoded.ok && decoded.reason === "network", `${size} of ${whole.length}`);
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (noise) => {
        const decoded = await decodeBody(noise, name, 1000);
        assert.ok(!decoded.ok || decoded.body.length <= 1000);
      }),
    );
  });
}

test("all frames of zstd are read, within one bound, and what is none is refused", async () => {
  const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  for (const size of [100, 300_000]) {
    const [a, b] = [randomBytes(size), randomBytes(size)];
    const whole = Buffer.concat([a, b]);
    const [one, two] = [zlib.zstdCompressSync(a), zlib.zstdCompressSync(b)];
    for (const frames of [
      [one, two],
      [skipped, one, two],
      [one, skipped, two],
      [one, two, skipped],
    ]) {
      const body = Buffer.concat(frames);
      const decoded = await decodeBody(body, "zstd", whole.length);
      assert.ok(decoded.ok && whole.equals(decoded.body), `${size}`);
      const bounded = await decodeBody(body, "zstd", whole.length - 1);
      assert.ok(!bounded.ok && bounded.reason === "too_large", `${size}`);
    }
    for (const rest of [Buffer.from("junk"), two.subarray(0, -1), two.subarray(0, 3)]) {
      const decoded = await decodeBody(Buffer.concat([one, rest]), "zstd", whole.length);
      assert.ok(!decoded.ok && decoded.reason === "network", `${size}`);
    }
  }
  const empty = await decodeBody(skipped, "zstd", 10);
  assert.ok(empty.ok && empty.body.length === 0);
  const tiny = zlib.zstdCompressSync("");
  assert.ok(!(decodeBody(tiny, "zstd", 10) instanceof Promise));
  assert.ok(decodeBody(Buffer.concat([tiny, tiny]), "zstd", 10) instanceof Promise, "not on the event loop");
  const many = (count: number) => decodeBody(Buffer.concat(Array<Buffer>(count).fill(tiny)), "zstd", 10);
  assert.equal((await many(32)).ok, true);
  assert.equal((await many(33)).ok, false);
});

test("members of gzip are read like one", async () => {
  const decoded = await decodeBody(Buffer.concat([zlib.gzipSync("a"), zlib.gzipSync("b")]), "gzip", 10);
  assert.ok(decoded.ok && Buffer.from(decoded.body).toString() === "ab");
});

test("deflate without its header is understood too", async () => {
  const decoded = await decodeBody(zlib.deflateRawSync(Buffer.from("raw")), "deflate", 100);
  assert.ok(decoded.ok && Buffer.from(decoded.body).toString() === "raw");
});

test("two layers are undone in their order, three are refused", async () => {
  const twice = zlib.brotliCompressSync(zlib.gzipSync("text"));
  const decoded = await decodeBody(twice, "gzip, br", 1000);
  assert.ok(decoded.ok && Buffer.from(decoded.body).toString() === "text");
  assert.equal((await decodeBody(twice, "gzip, gzip, br", 1000)).ok, false);
  const nested = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(100_000_000)));
  const bounded = await decodeBody(nested, "gzip, gzip", 1_000_000);
  assert.ok(!bounded.ok && bounded.reason === "too_large");
});

test("what is not encoded stays as it is", async () => {
  const body = Buffer.from("text");
  for (const name of ["", "identity", " Identity ", ",", "identity, identity"]) {
    assert.deepEqual(await decodeBody(body, name, 10), { ok: true, body });
  }
  assert.deepEqual(await decodeBody(new Uint8Array(0), "gzip", 10), { ok: true, body: new Uint8Array(0) });
  for (const name of ["constructor", "compress", "gzip;q=1", "__proto__"]) {
    const decoded = await decodeBody(body, name, 10);
    assert.ok(!decoded.ok && decoded.detail === "content-encoding is not known", name);
  }
});

test("a window of zstd beyond 8 MB is refused", async () => {
  const wide = zlib.zstdCompressSync(randomBytes(20_000_000), {
    params: { [zlib.constants.ZSTD_c_windowLog]: 25, [zlib.constants.ZSTD_c_contentSizeFlag]: 0 },
  });
  const decoded = await decodeBody(wide, "zstd", 50_000_000);
  assert.ok(!decoded.ok && decoded.reason === "network");
});
