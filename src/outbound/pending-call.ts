// One call under way: collects the answer, watches its limits, and ends once.

import type { Dispatcher } from "undici";
import type { OutboundCall, OutboundFailure, OutboundOutcome, OutboundRequest } from "../ports/caller.ts";
import { GatheredBytes } from "../value/gathered-bytes.ts";
import { limits } from "../value/limits.ts";
import { type DecodedBody, decodeBody } from "./decode-body.ts";
import { describeError } from "./describe-error.ts";

/** Timers beyond 2^31 - 1 ms fire at once in Node; nobody waits 24 days for an answer. */
export const timeoutMsMax = 2 ** 31 - 2;
/** A service may send interim answers (1xx) without end. */
const interimMax = 64;

type Controller = Dispatcher.DispatchController;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * undici's handler of one request. Sending begins when undici calls `onRequestStart`, right before the first byte is
 * written to a connection that stands: until then nothing can have reached the service.
 */
export class PendingCall implements OutboundCall, Dispatcher.DispatchHandler {
  readonly outcome: Promise<OutboundOutcome>;
  readonly #bodyless: boolean;
  readonly #maxBytes: number;
  readonly #timer: NodeJS.Timeout;
  #resolve!: (outcome: OutboundOutcome) => void;
  #controller: Controller | null = null;
  #ended = false;
  #sent = false;
  #interim = 0;
  #status: number | null = null;
  #headers: Readonly<Record<string, string>> = {};
  readonly #body = new GatheredBytes();

  /** @param graceMs how much longer than the call may take it is waited for, where somebody else keeps the time */
  constructor(request: OutboundRequest, graceMs = 0) {
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#bodyless = request.method === "HEAD";
    this.#maxBytes = request.maxBytes;
    // One plain timer a call is 0.3 µs. One millisecond more, because Node rounds down what has passed.
    this.#timer = setTimeout(timeOut, Math.min(request.timeoutMs + graceMs, timeoutMsMax) + 1, this);
  }

  abort(): void {
    this.fail("aborted", "the call was aborted");
  }

  /** Ends the call without an answer, and its connection or stream with it, unless it has ended. */
  fail(reason: OutboundFailure["reason"], detail: string): void {
    if (this.#ended) return;
    this.#end({ type: "failure", reason, sent: this.#sent, status: this.#status, detail });
    this.#controller?.abort(new Error(reason));
  }

  onRequestStart(controller: Controller): void {
    // undici starts a request again when its connection ended in some ways: an attempt is never sent twice.
    if (this.#ended || this.#sent) {
      this.fail("network", "the connection ended while sending");
      controller.abort(new Error("ended"));
      return;
    }
    this.#controller = controller;
    this.#sent = true;
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    if (status < 200) {
      if (++this.#interim > interimMax) this.fail("network", "the service sent too many interim answers");
      return;
    }
    this.#status = status;
    this.#headers = joined(headers);
    // HTTP/1.1's parser has counted by itself; those of HTTP/2 come unpacked, however large.
    if (sizeOf(this.#headers) > limits.header_bytes) {
      this.fail("too_large", `the headers are larger than ${limits.header_bytes} bytes`);
      return;
    }
    if (this.#withoutBody()) return;
    const announced = this.#headers["content-length"];
    if (announced !== undefined && Number(announced) > this.#maxBytes) this.#failTooLarge();
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    if (this.#ended) return;
    if (this.#body.size + chunk.length > this.#maxBytes) this.#failTooLarge();
    else this.#body.add(chunk);
  }

  onResponseEnd(): void {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    // The connection is free for the next call now: whatever follows may not end it.
    this.#controller = null;
    const encoding = this.#headers["content-encoding"];
    if (encoding === undefined || this.#withoutBody()) {
      this.#answer({ ok: true, body: this.#body.whole() });
      return;
    }
    const decoded = decodeBody(this.#body.whole(), encoding, this.#maxBytes);
    if (decoded instanceof Promise) void decoded.then((result) => this.#answer(result));
    else this.#answer(decoded);
  }

  onResponseError(_controller: Controller | null, error: Error): void {
    const { reason, detail } = describeError(error, this.#sent);
    this.fail(reason, detail);
  }

  #answer(decoded: DecodedBody): void {
    if (this.#ended) return;
    if (!decoded.ok) {
      this.fail(decoded.reason, decoded.detail);
      return;
    }
    const { body } = decoded;
    this.#end({ type: "response", status: this.#status as number, headers: this.#headers, body });
  }

  #end(outcome: OutboundOutcome): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#body.clear();
    this.#resolve(outcome);
  }

  #failTooLarge(): void {
    this.fail("too_large", `the body is larger than ${this.#maxBytes} bytes`);
  }

  /** RFC 9112, section 6.3: answers to HEAD, 204 and 304 have none, whatever their headers say. */
  #withoutBody(): boolean {
    return this.#bodyless || this.#status === 204 || this.#status === 304;
  }
}

function timeOut(call: PendingCall): void {
  call.fail("timeout", "the time for the call has passed");
}

/** In characters, which are bytes in headers. */
function sizeOf(headers: Readonly<Record<string, string>>): number {
  let size = 0;
  for (const name in headers) size += name.length + (headers[name] as string).length;
  return size;
}

/** Repeated headers in one text (RFC 9110, section 5.2). */
function joined(headers: Headers): Readonly<Record<string, string>> {
  let repeated = false;
  for (const name in headers) repeated ||= typeof headers[name] !== "string" || name === "__proto__";
  if (!repeated) return headers as Readonly<Record<string, string>>;
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name === "__proto__" || value === undefined) continue;
    result[name] = typeof value === "string" ? value : value.join(", ");
  }
  return result;
}
