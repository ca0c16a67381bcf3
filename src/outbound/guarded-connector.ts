// Opens connections to permitted addresses only: each name is resolved once, and the answer itself is connected to.

import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { rootCertificates } from "node:tls";
import { buildConnector } from "undici";
import type { ClientCertificate } from "../ports/caller.ts";
import type { AddressGuard } from "./address-guard.ts";

/** All addresses of a host name. */
export type ResolveHost = (
  host: string,
  done: (
    error: Error | null,
    addresses: readonly { readonly address: string; readonly family: number }[],
  ) => void,
) => void;

export interface GuardedConnectorOptions {
  readonly guard: AddressGuard;
  readonly connectTimeoutMs: number;
  /** Whether a service may choose HTTP/2 (ALPN, RFC 7301). */
  readonly http2: boolean;
  /** Certificates in PEM form that are trusted besides the usual authorities. */
  readonly trustedCertificates?: readonly string[];
  readonly resolveHost: ResolveHost;
  readonly clientCertificate?: ClientCertificate;
}

/** Says nothing about the address: it may be logged. */
export class AddressRefused extends Error {
  constructor() {
    super("the address is not public");
    this.name = "AddressRefused";
  }
}

const localAddresses = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

/**
 * A connector for undici. Node resolves names through `lookup` but never asks it about IP literals, so these are
 * checked before; and what a connection has really reached is checked once more when it stands.
 */
export function guardedConnector(options: GuardedConnectorOptions): buildConnector.connector {
  const { guard, trustedCertificates = [], clientCertificate: client } = options;
  const connect = buildConnector({
    allowH2: options.http2,
    preferH2: options.http2,
    timeout: options.connectTimeoutMs,
    autoSelectFamily: true,
    lookup: guardedLookup(guard, options.resolveHost),
    ...(client === undefined ? {} : tlsOf(client)),
    ...(trustedCertificates.length > 0 ? { ca: [...rootCertificates, ...trustedCertificates] } : {}),
  });
  return (target, callback) => {
    const literal = target.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !guard.permits(literal)) {
      queueMicrotask(() => callback(new AddressRefused(), null));
      return;
    }
    connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      if (guard.permits(socket.remoteAddress ?? "")) return callback(null, socket);
      socket.on("error", () => {}).destroy();
      callback(new AddressRefused(), null);
    });
  };
}

/** The certificate as Node's TLS takes it. */
export function tlsOf({ certificate, key, passphrase }: ClientCertificate) {
  return { cert: certificate, key, ...(passphrase === undefined ? {} : { passphrase }) };
}

function guardedLookup(guard: AddressGuard, resolveHost: ResolveHost): LookupFunction {
  return (host, lookupOptions, done) => {
    const answer = (addresses: readonly { readonly address: string; readonly family: number }[]): void => {
      const first = addresses[0];
      if (first === undefined) done(new AddressRefused(), []);
      else if (lookupOptions.all === true) done(null, [...addresses]);
      else done(null, first.address, first.family);
    };
    // These names are this machine by definition, whatever a resolver says (RFC 6761, section 6.3).
    if (host === "localhost" || host.endsWith(".localhost")) {
      const permitted = localAddresses.filter(({ address }) => guard.permits(address));
      process.nextTick(answer, permitted);
      return;
    }
    resolveHost(host, (error, addresses) => {
      if (error !== null) done(error, []);
      // One answer that is not public refuses them all: a name with both is made to get in.
      else answer(addresses.every(({ address }) => guard.permits(address)) ? addresses : []);
    });
  };
}

export const resolveBySystem: ResolveHost = (host, done) => {
  systemLookup(host, { all: true }, (error, addresses) => done(error, addresses ?? []));
};
