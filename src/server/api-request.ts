// A request as the routes see it, and the answer that they give.

import type { IncomingMessage } from "node:http";
import { DispatchedError } from "../value/problem.ts";

export interface ApiRequest {
  readonly method: string;
  /** Parts of the path by name, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Lowercase names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly incoming: IncomingMessage;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
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

/** Without parameters, in lowercase; empty when there is none. */
export function mediaTypeOf({ headers }: ApiRequest): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** The whole body as text. Errors: `body_too_large` before it has been read, `bad_request` for what is not UTF-8. */
export function readBody({ incoming, headers }: ApiRequest, bytesMax: number): Promise<string> {
  const announced = Number(headers["content-length"] ?? 0);
  if (announced > bytesMax) return Promise.reject(tooLarge(bytesMax));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) {
        incoming.pause();
        reject(tooLarge(bytesMax));
      } else {
        chunks.push(chunk);
      }
    });
    incoming.on("end", () => {
      try {
        resolve(decoder.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
      } catch {
        reject(new DispatchedError("bad_request", "the body is not UTF-8 text"));
      }
    });
    incoming.on("aborted", () => reject(new DispatchedError("bad_request", "the body was cut off")));
    incoming.on("error", () => reject(new DispatchedError("bad_request", "the body was cut off")));
  });
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function tooLarge(bytesMax: number): DispatchedError {
  return new DispatchedError("body_too_large", `the body is larger than ${bytesMax} bytes`);
}
