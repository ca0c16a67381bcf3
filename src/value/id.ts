// Identifiers: a prefix that says what it names, and 26 characters that sort by time.

declare const brand: unique symbol;
type Branded<Name> = string & { readonly [brand]: Name };

export type TenantId = Branded<"tenant">;
export type RunId = Branded<"run">;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const idBytes = 16;

/**
 * A new identifier `<prefix>_<26 characters>`: a version 7 UUID (RFC 9562, section 5.7) in Crockford base 32, so that
 * identifiers sort by creation time.
 * @param nowMs milliseconds since 1970
 * @param random 10 random bytes
 */
export function newId(prefix: string, nowMs: number, random: Uint8Array): string {
  const bytes = new Uint8Array(idBytes);
  let time = nowMs;
  for (let index = 5; index >= 0; index--) {
    bytes[index] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return `${prefix}_${base32(bytes)}`;
}

export function newRunId(nowMs: number, random: Uint8Array): RunId {
  return newId("run", nowMs, random) as RunId;
}

export function newTenantId(nowMs: number, random: Uint8Array): TenantId {
  return newId("ten", nowMs, random) as TenantId;
}

const runIdPattern = /^run_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** `text` as a run id, or null when it does not look like one. */
export function asRunId(text: string): RunId | null {
  return runIdPattern.test(text) ? (text as RunId) : null;
}

function base32(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let index = 0; index < 26; index++) {
    text = alphabet[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}
