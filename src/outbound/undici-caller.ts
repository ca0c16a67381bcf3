// The caller on undici: kept-alive connections to permitted addresses, HTTP/1.1 and, where that is allowed, HTTP/2.

import { Readable } from "node:stream";
import { Agent } from "undici";
import type { Caller, ClientCertificate, OutboundCall, OutboundRequest } from "../ports/caller.ts";
import { limits } from "../value/limits.ts";
import { AddressGuard } from "./address-guard.ts";
import { CertificateAgents } from "./certificate-agents.ts";
import { checkRequest, type SendableRequest } from "./check-request.ts";
import { guardedConnector, type ResolveHost, resolveBySystem } from "./guarded-connector.ts";
import { HostLookups } from "./host-lookups.ts";
import { PendingCall, timeoutMsMax } from "./pending-call.ts";

/** How much later than undici's timeout our own goes off. */
const watchMs = 25;

export interface UndiciCallerOptions {
  /** Ranges in CIDR form that may be called though they are not public. */
  readonly allowedRanges?: readonly string[];
  /** Certificates in PEM form that are trusted besides the usual authorities. */
  readonly trustedCertificates?: readonly string[];
  /** For a connection to stand, name resolution and TLS included. Default 10 s; a call's own timeout runs besides. */
  readonly connectTimeoutMs?: number;
  /** Default 1,024; further calls wait, unsent, for a connection. */
  readonly connectionsPerOrigin?: number;
  /**
   * Whether services that offer it over TLS are called by HTTP/2 (ADR 0018). Default false: everything goes by HTTP/1.1. A new
   * connection then carries up to 100 calls at once.
   */
  readonly http2?: boolean;
  /** How names are resolved. Default: as the system does, one lookup of a name for all who ask within seconds. */
  readonly resolveHost?: ResolveHost;
}

/**
 * Redirects are answers, never followed. There is no proxy. Nothing is sent twice. Timeouts are ours, over the whole
 * call, so undici's own for headers and body are off.
 */
export class UndiciCaller implements Caller {
  readonly #http2: boolean;
  readonly #agents: CertificateAgents;
  #closed: Promise<void> | null = null;

  constructor(options: UndiciCallerOptions = {}) {
    this.#http2 = options.http2 ?? false;
    const resolveHost = options.resolveHost ?? new HostLookups(resolveBySystem).resolve;
    this.#agents = new CertificateAgents((certificate) => agentOf({ ...options, resolveHost }, certificate));
  }

  call(request: OutboundRequest): OutboundCall {
    const call = new PendingCall(request, this.#http2 ? watchMs : 0);
    if (this.#closed !== null) {
      call.fail("aborted", "the engine makes no more calls");
      return call;
    }
    const checked = checkRequest(request);
    if (!checked.ok) {
      call.fail(checked.reason, checked.problem);
      return call;
    }
    const { origin, path, headers, body } = checked.request;
    const method = request.method as "GET";
    const agent = this.#agents.of(request.clientCertificate);
    if (agent === null) call.fail("certificate", "the client certificate or its key cannot be used");
    else
      agent.dispatch(
        { origin, path, method, headers, body: sentBy(body), idempotent: false, ...this.#watched(request) },
        call,
      );
    return call;
  }

  /**
   * A connection that is dead without a word is found by undici's own timeout only: it asks for a sign of life then, and gives
   * the connection up without one. So it goes off, and ours right after it for what it does not cover.
   */
  #watched({ timeoutMs }: OutboundRequest): { readonly headersTimeout?: number } {
    return this.#http2 ? { headersTimeout: Math.max(1, Math.min(timeoutMs, timeoutMsMax)) } : {};
  }

  /** Lets the calls under way end, then ends all connections. Later calls end as `aborted`, unsent. */
  close(): Promise<void> {
    this.#closed ??= this.#agents.close();
    return this.#closed;
  }
}

/** undici takes what is read while it is sent as a stream; it is told of no iterable by its types. */
function sentBy(body: SendableRequest["body"]): string | Uint8Array | Readable | null {
  return body === null || typeof body === "string" || body instanceof Uint8Array
    ? body
    : Readable.from(body, { objectMode: false });
}

type AgentOptions = UndiciCallerOptions & { readonly resolveHost: ResolveHost };

function agentOf(options: AgentOptions, clientCertificate: ClientCertificate | undefined): Agent {
  const { connectTimeoutMs = 10_000, trustedCertificates, resolveHost, http2 = false } = options;
  return new Agent({
    connect: guardedConnector({
      guard: new AddressGuard(options.allowedRanges),
      connectTimeoutMs,
      http2,
      resolveHost,
      ...(trustedCertificates === undefined ? {} : { trustedCertificates }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
    }),
    allowH2: http2,
    pipelining: 1,
    connections: options.connectionsPerOrigin ?? 1024,
    maxHeaderSize: limits.header_bytes,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
