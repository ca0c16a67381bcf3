// What is no HTTP, or comes too slowly, never reaches a route: its answer is written by hand.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { DispatchedError, type ErrorCode } from "../value/problem.ts";
import { problemAnswer } from "./problem-answer.ts";

/** What is wrong with the headers: the codes of the parser, llhttp. Any other says that it is no HTTP at all. */
const ofHeaders =
  /^HPE_(?:INVALID_HEADER_TOKEN|(?:INVALID|UNEXPECTED)_CONTENT_LENGTH|INVALID_TRANSFER_ENCODING)$/;
/** The end of a line has one code wherever it is wrong: only the parser's words say that it is that of a header. */
const ofLineInHeaders = /after header value$/;

const told: Readonly<Record<string, readonly [code: ErrorCode, detail: string]>> = {
  HPE_HEADER_OVERFLOW: ["headers_too_large", "the headers are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: ["request_timeout", "the request came too slowly"],
};

interface ParserError extends NodeJS.ErrnoException {
  readonly reason?: string;
}

function isOfHeaders({ code = "", reason = "" }: ParserError): boolean {
  return ofHeaders.test(code) || ofLineInHeaders.test(reason);
}

/** For the event `checkExpectation` of a server: of the values of `Expect` only `100-continue` is one (RFC 9110, 10.1.1). */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const detail = "the header `Expect` may only be `100-continue`";
  const { status, headers, body } = problemAnswer(new DispatchedError("expectation_failed", detail));
  response.writeHead(status, { ...headers, connection: "close" }).end(body);
}

/** For the event `clientError` of a server (node:http). */
export function refuseBroken(error: ParserError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] = told[error.code ?? ""] ?? [
    isOfHeaders(error) ? "invalid_header" : "bad_request",
    "the request is not valid HTTP/1.1",
  ];
  const { status, headers, body } = problemAnswer(new DispatchedError(code, detail));
  const text = body;
  const length = String(Buffer.byteLength(text));
  const head = Object.entries({ ...headers, connection: "close", "content-length": length });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  // The reason phrase may be empty (RFC 9112, section 4).
  socket.end(`HTTP/1.1 ${status} \r\n${lines}\r\n${text}`);
}
