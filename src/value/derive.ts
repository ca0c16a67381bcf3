// Numbers derived from a seed and names, the same for ever: jitter and trace ids come from here, never from a generator.

/** 32 bits that depend on every part (MurmurHash3's 32-bit mixing over UTF-16 code units). */
export function derive32(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = seed | 0;
  for (const part of parts) {
    const text = String(part);
    for (let index = 0; index < text.length; index++) hash = mix(hash, text.charCodeAt(index));
    hash = mix(hash, 0x1f);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A fraction in [0, 1). */
export function deriveFraction(seed: number, ...parts: readonly (string | number)[]): number {
  return derive32(seed, ...parts) / 0x1_0000_0000;
}

/** 16 hexadecimal digits, not all zero: a span id (W3C Trace Context, section 3.2.2.4). */
export function deriveSpanId(seed: number, ...parts: readonly (string | number)[]): string {
  const high = derive32(seed, "span-high", ...parts);
  const low = derive32(seed, "span-low", ...parts) || 1;
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

function mix(hash: number, code: number): number {
  let block = Math.imul(code, 0xcc9e2d51);
  block = (block << 15) | (block >>> 17);
  block = Math.imul(block, 0x1b873593);
  const mixed = hash ^ block;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
