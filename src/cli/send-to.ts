// Sends a request to an address that somebody named, and shows what it answers.

import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { stringifyJson } from "../value/stringify-json.ts";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";
import type { Terminal } from "./terminal.ts";

interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Headers that belong to a connection, and not to what is sent. */
const ofConnection = new Set([
  "connection",
  "content-length",
  "host",
  "transfer-encoding",
  "expect",
  "upgrade",
]);
const shownMax = 2_000;

/** Errors: `unreachable`. */
export async function sendTo(
  terminal: Terminal,
  url: URL,
  { method, headers, body }: Sending,
): Promise<number> {
  const kept = Object.entries(headers).filter(([name]) => !ofConnection.has(name));
  const sent = { method, headers: Object.fromEntries(kept), body };
  const { status, text } = await send(url, sent).catch((error: Error) => {
    throw new CliError("unreachable", `${url.origin} cannot be reached: ${error.message}`);
  });
  if (terminal.json) terminal.value(stringifyJson({ status, body: text }));
  else terminal.line(`${status}${text === "" ? "" : `  ${text.slice(0, shownMax)}`}`);
  return status >= 200 && status < 300 ? exitCode.completed : exitCode.failed;
}

/** By Node's own client: `fetch` adds headers of its own to those that came. Redirects are not followed. */
async function send(url: URL, { method, headers, body }: Sending) {
  const { request } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const length = body.length === 0 ? {} : { "content-length": String(body.length) };
    const options = { method, headers: { ...headers, ...length }, agent: false };
    const asked = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = textOf(Buffer.concat(chunks), answer.headers["content-encoding"]);
        resolve({ status: answer.statusCode ?? 0, text });
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** What came may have said that it takes compressed answers. */
function textOf(bytes: Buffer, encoding: string | undefined): string {
  const decode = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync }[encoding ?? ""];
  try {
    return (decode === undefined ? bytes : decode(bytes)).toString("utf8");
  } catch {
    return bytes.toString("utf8");
  }
}
