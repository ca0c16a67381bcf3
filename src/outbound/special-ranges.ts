// The addresses that are not public unicast: the IANA special-purpose registries (RFC 6890), and what clouds add.

/** Every range that is refused, with what it is. In IPv6, all that is not global unicast (2000::/3) is refused besides. */
export const specialRanges: readonly (readonly [range: string, what: string])[] = [
  ["0.0.0.0/8", "this network (RFC 1122, section 3.2.1.3)"],
  ["10.0.0.0/8", "private (RFC 1918)"],
  ["100.64.0.0/10", "carrier-grade NAT (RFC 6598), with Alibaba's metadata"],
  ["127.0.0.0/8", "loopback (RFC 1122, section 3.2.1.3)"],
  ["168.63.129.16/32", "Azure's platform"],
  ["169.254.0.0/16", "link-local (RFC 3927), with the metadata of AWS, Azure and Google"],
  ["172.16.0.0/12", "private (RFC 1918)"],
  ["192.0.0.0/24", "protocol assignments (RFC 6890), with Oracle's metadata"],
  ["192.0.2.0/24", "documentation (RFC 5737)"],
  ["192.31.196.0/24", "AS112 (RFC 7535)"],
  ["192.52.193.0/24", "automatic multicast tunnelling (RFC 7450)"],
  ["192.88.99.0/24", "6to4 relays (RFC 7526)"],
  ["192.168.0.0/16", "private (RFC 1918)"],
  ["192.175.48.0/24", "AS112 (RFC 7534)"],
  ["198.18.0.0/15", "benchmarking (RFC 2544)"],
  ["198.51.100.0/24", "documentation (RFC 5737)"],
  ["203.0.113.0/24", "documentation (RFC 5737)"],
  ["224.0.0.0/4", "multicast (RFC 5771)"],
  ["240.0.0.0/4", "reserved (RFC 1112), with broadcast"],
  ["2001::/23", "protocol assignments (RFC 2928): Teredo, benchmarking, ORCHID"],
  ["2001:db8::/32", "documentation (RFC 3849)"],
  ["2002::/16", "6to4 (RFC 3056)"],
  ["2620:4f:8000::/48", "AS112 (RFC 7534)"],
  ["3fff::/20", "documentation (RFC 9637)"],
];

/**
 * Where IPv6 addresses of single hosts on the public internet lie (RFC 4291, section 2.4). Outside are loopback,
 * link-local, unique local, multicast, IPv4-mapped and -compatible addresses and NAT64 (64:ff9b::/96 and ::ffff:0:0/96
 * would reach IPv4 addresses that are refused as such).
 */
export const globalUnicastIpv6 = "2000::/3";
