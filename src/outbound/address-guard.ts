// Decides which addresses may be connected to: those of the public internet, and what the operator allows.

import { type IpAddress, type IpRange, parseIpAddress, parseIpRange, rangeContains } from "./ip-address.ts";
import { globalUnicastIpv6, specialRanges } from "./special-ranges.ts";

/** What `dispatched dev` allows: services on the same machine, and nothing else that is private. */
export const loopbackRanges: readonly string[] = ["127.0.0.0/8", "::1/128"];

const refused: readonly IpRange[] = specialRanges.map(([range]) => known(range));
const globalUnicast = known(globalUnicastIpv6);

export class AddressGuard {
  readonly #allowed: readonly IpRange[];

  /** @param allowed ranges in CIDR form; a RangeError names the first that is none */
  constructor(allowed: readonly string[] = []) {
    this.#allowed = allowed.map(known);
  }

  /** Whether `address`, an IP address in its usual text form, may be connected to. What is none may not. */
  permits(address: string): boolean {
    const ip = parseIpAddress(address);
    if (ip === null) return false;
    return this.#allowed.some((range) => rangeContains(range, ip)) || isPublicUnicast(ip);
  }
}

function isPublicUnicast(ip: IpAddress): boolean {
  if (ip.family === 6 && !rangeContains(globalUnicast, ip)) return false;
  return !refused.some((range) => rangeContains(range, ip));
}

function known(text: string): IpRange {
  const range = parseIpRange(text);
  if (range === null)
    throw new RangeError(`"${text}" is not an address range like 10.1.0.0/16 or fd00:1::/32`);
  return range;
}
