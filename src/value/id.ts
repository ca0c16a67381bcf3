// Identifiers: a prefix that says what it names, and 26 characters that sort by time.

declare const brand: unique symbol;
type Branded<Name> = string & { readonly [brand]: Name };

export type TenantId = Branded<"tenant">;
export type RunId = Branded<"run">;
/** Of what waits in the inbox. */
export type ItemId = Branded<"item">;
export type HookId = Branded<"hook">;
/** Of a request to a hook. */
export type DeliveryId = Branded<"delivery">;
export type GrantId = Branded<"grant">;
/** Of an action on many runs. */
export type BulkId = Branded<"bulk">;

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

export function newItemId(nowMs: number, random: Uint8Array): ItemId {
  return newId("itm", nowMs, random) as ItemId;
}

export function newHookId(nowMs: number, random: Uint8Array): HookId {
  return newId("hok", nowMs, random) as HookId;
}

export function newDeliveryId(nowMs: number, random: Uint8Array): DeliveryId {
  return newId("dlv", nowMs, random) as DeliveryId;
}

export function newGrantId(nowMs: number, random: Uint8Array): GrantId {
  return newId("gra", nowMs, random) as GrantId;
}

export function newBulkId(nowMs: number, random: Uint8Array): BulkId {
  return newId("blk", nowMs, random) as BulkId;
}

const runIdPattern = /^run_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** `text` as a run id, or null when it does not look like one. */
export function asRunId(text: string): RunId | null {
  return runIdPattern.test(text) ? (text as RunId) : null;
}

const tenantIdPattern = /^ten_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** `text` as a tenant's id, or null when it does not look like one. */
export function asTenantId(text: string): TenantId | null {
  return tenantIdPattern.test(text) ? (text as TenantId) : null;
}

/** The 16 bytes of an identifier that `newId` gave, whatever its prefix. */
export function bytesOfId(id: string): Uint8Array {
  let value = 0n;
  for (const letter of id.slice(-26)) value = (value << 5n) | BigInt(alphabet.indexOf(letter));
  const bytes = new Uint8Array(idBytes);
  for (let index = idBytes - 1; index >= 0; index--) {
    bytes[index] = Number(value & 255n);
    value >>= 8n;
  }
  return bytes;
}

/** The tenant whose id has these 16 bytes. */
export function tenantIdOf(bytes: Uint8Array): TenantId {
  return `ten_${base32(bytes)}` as TenantId;
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
