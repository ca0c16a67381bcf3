// A request as the routes see it, and the answer that they give.

import type { IncomingMessage } from "node:http";
import { GatheredBytes } from "../value/gathered-bytes.ts";
import { DispatchedError } from "../value/problem.ts";

export interface ApiRequest {
  readonly method: string;
  /** Parts of the path by name, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Lowercase names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly incoming: IncomingMessage;
  /** Who calls, as `callerAddress` tells: what fails is counted by it. Empty when the connection is gone. */
  readonly address: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** As pairs where a name may come twice. */
  readonly headers: Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

export const jsonType = "application/json; charset=utf-8";

/** Headers of an incoming message, repeated ones joined by ", ". */
export function headersOf(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

/** In a content type: one that is not UTF-8. */
export const otherCharset = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;

/** Without parameters, in lowercase; empty when there is none. Errors: `unsupported_media_type` for what is not UTF-8. */
export function mediaTypeOf({ headers }: Pick<ApiRequest, "headers">): string {
  const type = headers["content-type"] ?? "";
  if (otherCharset.test(type)) throw new DispatchedError("unsupported_media_type", "bodies are UTF-8 here");
  return type.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** As `readBytes`, as text, a byte order mark included. Errors also: `bad_request` for what is not UTF-8. */
export async function readBody(request: ApiRequest, bytesMax: number): Promise<string> {
  return textOf(await readBytes(request, bytesMax));
}

/** A byte order mark included. Errors: `bad_request` for what is not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new DispatchedError("bad_request", "the body is not UTF-8 text");
  }
}

/**
 * The whole body. Errors: `body_too_large` before it has been read, `bad_request` for what was cut off,
 * `unsupported_media_type` for what is compressed.
 */
export function readBytes({ incoming, headers }: ApiRequest, bytesMax: number): Promise<Uint8Array> {
  const coding = headers["content-encoding"] ?? "identity";
  if (coding !== "identity") {
    return Promise.reject(
      new DispatchedError("unsupported_media_type", "a body is taken without content-encoding only"),
    );
  }
  const announced = Number(headers["content-length"] ?? 0);
  if (announced > bytesMax) return Promise.reject(tooLarge(bytesMax));
  return new Promise((resolve, reject) => {
    const body = new GatheredBytes();
    const take = (chunk: Buffer) => {
      if (body.size + chunk.length <= bytesMax) {
        body.add(chunk);
        return;
      }
      // What is still to come is thrown away by the server, within limits of its own.
      incoming.off("data", take);
      reject(tooLarge(bytesMax));
    };
    incoming.on("data", take);
    incoming.on("end", () => resolve(body.whole()));
    incoming.on("aborted", () => reject(new DispatchedError("bad_request", "the body was cut off")));
    incoming.on("error", () => reject(new DispatchedError("bad_request", "the body was cut off")));
  });
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function tooLarge(bytesMax: number): DispatchedError {
  return new DispatchedError("body_too_large", `the body is larger than ${bytesMax} bytes`);
}
