// IP addresses and ranges of them, as numbers.

export interface IpAddress {
  readonly family: 4 | 6;
  /** 32 or 128 bits. */
  readonly value: bigint;
}

/** All addresses whose first `prefix` bits are those of `value`. */
export interface IpRange extends IpAddress {
  readonly prefix: number;
}

const octet = /^(?:0|[1-9]\d{0,2})$/;
const group = /^[0-9a-f]{1,4}$/i;

/**
 * An address in its usual text form: dotted quad, or IPv6 by RFC 4291, section 2.2. Null for everything else, also
 * for the short, octal and hexadecimal forms of IPv4 that some resolvers take, and for addresses with a zone.
 */
export function parseIpAddress(text: string): IpAddress | null {
  const value = text.includes(":") ? parseIpv6(text) : parseIpv4(text);
  if (value === null) return null;
  return { family: text.includes(":") ? 6 : 4, value };
}

/** A range in CIDR form (RFC 4632, section 3.1), a lone address being a range of one; null when it is none. */
export function parseIpRange(text: string): IpRange | null {
  const [start, length, ...rest] = text.split("/");
  const address = parseIpAddress(start ?? "");
  if (address === null || rest.length > 0) return null;
  const bits = address.family === 4 ? 32 : 128;
  if (length !== undefined && !octet.test(length)) return null;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix > bits) return null;
  const host = BigInt(bits - prefix);
  // Bits behind the prefix are almost always a typing error: the range would not be what its author reads.
  if ((address.value >> host) << host !== address.value) return null;
  return { ...address, prefix };
}

export function rangeContains(range: IpRange, address: IpAddress): boolean {
  if (range.family !== address.family) return false;
  const host = BigInt((range.family === 4 ? 32 : 128) - range.prefix);
  return address.value >> host === range.value >> host;
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!octet.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseIpv6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groups(halves[0] as string, halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1] as string, true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  let value = 0n;
  for (const part of [...head, ...new Array<bigint>(missing).fill(0n), ...tail])
    value = (value << 16n) | part;
  return value;
}

/** The 16-bit groups of a part of an IPv6 address; only its last may be a dotted quad. */
function groups(text: string, last: boolean): bigint[] | null {
  if (text === "") return [];
  const found: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const quad = last && index === parts.length - 1 && part.includes(".") ? parseIpv4(part) : null;
    if (quad !== null) found.push(quad >> 16n, quad & 0xffffn);
    else if (group.test(part)) found.push(BigInt(`0x${part}`));
    else return null;
  }
  return found;
}
