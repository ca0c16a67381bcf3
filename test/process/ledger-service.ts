// The called service of the crash tests: it keeps a ledger of its own of everything that it was asked.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly run: string;
  readonly step: string;
  readonly key: string;
  readonly attempt: number;
  readonly status: number;
  /** Of the body that came. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export class LedgerService {
  readonly ledger: Asked[] = [];
  readonly #server = createServer((request, response) => this.#serve(request, response));
  /** Share of answers that are 503. */
  readonly #refuses: number;
  readonly #slowestMs: number;

  constructor(options: { readonly refuses: number; readonly slowestMs: number }) {
    this.#refuses = options.refuses;
    this.#slowestMs = options.slowestMs;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on("end", () => {
      const header = (name: string) => String(request.headers[name] ?? "");
      const status = Math.random() < this.#refuses ? 503 : 200;
      this.ledger.push({
        run: header("dispatched-run"),
        step: header("dispatched-step"),
        key: header("idempotency-key"),
        attempt: Number(header("dispatched-attempt")),
        status,
        bytes,
        at: Date.now(),
      });
      setTimeout(() => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(`{"id":"${header("dispatched-step")}"}`);
      }, Math.random() * this.#slowestMs);
    });
  }
}
