// What `dispatched dev` brings to be called: an HTTP service that echoes, fails at first, is slow, or fails.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const bodyBytesMax = 1_048_576;
const slowMsMax = 60_000;
const keysMax = 1_000;

export class TestService {
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  /** How often each call to `/flaky` was tried, by its idempotency key; the oldest are forgotten. */
  readonly #tries = new Map<string, number>();

  /** Listens on this machine only, at `port` or, where that is taken, at a free one. Resolves with its address. */
  async start(port: number): Promise<string> {
    await this.#listen(port).catch(() => this.#listen(0));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes <= bodyBytesMax) chunks.push(chunk as Buffer);
    }
    const body = bytes > bodyBytesMax ? null : Buffer.concat(chunks).toString();
    const answer =
      body === null ? { status: 413, body: { error: "too large" } } : await this.#answer(request, body);
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(`${JSON.stringify(answer.body)}\n`);
  }

  async #answer({ method, url, headers }: IncomingMessage, text: string): Promise<Answer> {
    const { pathname, searchParams } = new URL(url ?? "/", "http://127.0.0.1");
    switch (pathname) {
      case "/echo":
        return {
          status: 200,
          body: { method, query: Object.fromEntries(searchParams), headers, body: jsonOr(text) },
        };
      case "/flaky":
        return this.#flaky(String(headers["idempotency-key"] ?? ""), numberIn(searchParams, "fails", 2, 100));
      case "/slow": {
        const ms = numberIn(searchParams, "ms", 3_000, slowMsMax);
        await new Promise((resolve) => setTimeout(resolve, ms));
        return { status: 200, body: { waited_ms: ms } };
      }
      case "/fail": {
        const status = numberIn(searchParams, "status", 422, 599);
        return { status: status < 400 ? 422 : status, body: { error: "this service always fails" } };
      }
      default:
        return { status: 404, body: { error: "there are /echo, /flaky, /slow and /fail" } };
    }
  }

  /** Each call, told apart by its idempotency key, fails so often and then succeeds. */
  #flaky(key: string, fails: number): Answer {
    const tries = (this.#tries.get(key) ?? 0) + 1;
    this.#tries.delete(key);
    this.#tries.set(key, tries);
    if (this.#tries.size > keysMax) this.#tries.delete(this.#tries.keys().next().value ?? "");
    return tries <= fails
      ? { status: 503, body: { error: "busy", tries } }
      : { status: 200, body: { ok: true, tries } };
  }
}

function numberIn(query: URLSearchParams, name: string, usual: number, max: number): number {
  const text = query.get(name) ?? "";
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), max) : usual;
}

function jsonOr(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
