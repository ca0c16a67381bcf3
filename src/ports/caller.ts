// One HTTP call to a service: what the engine asks of the network.

export interface OutboundRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lowercase. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array | BodyStream | null;
  /** From sending to the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest body, before and after decompression. */
  readonly maxBytes: number;
  /** Shown to the service in the TLS handshake. */
  readonly clientCertificate?: ClientCertificate;
}

/** A body that is read while it is sent. Each reading begins anew. */
export interface BodyStream {
  readonly bytes: number;
  /** UTF-8. */
  readonly isText: boolean;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  /** A reading that fails before the last chunk ends the call as `network`. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** Texts in PEM form (RFC 7468). */
export interface ClientCertificate {
  /** The certificate, then those of its chain. */
  readonly certificate: string;
  readonly key: string;
  readonly passphrase?: string;
}

export interface OutboundResponse {
  readonly type: "response";
  readonly status: number;
  /** Names in lowercase; values of a repeated header are joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body, decompressed. */
  readonly body: Uint8Array;
}

/**
 * The call ended without a whole answer.
 * - `network`: no connection, reset, broken answer
 * - `timeout`: `timeoutMs` passed
 * - `blocked`: the address guard refused (never sent)
 * - `invalid`: address or headers cannot be sent (never sent)
 * - `certificate`: the client certificate or its key cannot be used (never sent)
 * - `too_large`: the answer's body is larger than `maxBytes`, or its header block than 64 KiB
 * - `aborted`: `abort()` was called
 */
export interface OutboundFailure {
  readonly type: "failure";
  readonly reason: "network" | "timeout" | "blocked" | "invalid" | "certificate" | "too_large" | "aborted";
  /** False only when nothing can have reached the service. */
  readonly sent: boolean;
  /** The status, when its line had arrived before the failure. */
  readonly status: number | null;
  /** For people, without any value of the request: `connect ECONNREFUSED`. */
  readonly detail: string;
}

export type OutboundOutcome = OutboundResponse | OutboundFailure;

export interface OutboundCall {
  /** Never rejects. */
  readonly outcome: Promise<OutboundOutcome>;
  /** Ends the call at once; its outcome is then `aborted`, unless it had ended. */
  abort(): void;
}

export interface Caller {
  call(request: OutboundRequest): OutboundCall;
}
