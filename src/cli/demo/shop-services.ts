// The services of the demo: real HTTP servers that check orders, take payments and send mails, with a ledger of their own.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface LedgerEntry {
  readonly path: string;
  readonly idempotencyKey: string;
  readonly attempt: string;
  readonly status: number;
}

/** How the services treat the next order. */
export interface Mood {
  /** Charges answered 503 before one is taken. */
  readonly refuseCharges: number;
  readonly refuseMail: boolean;
  /** How long a charge takes. */
  readonly chargeMs: number;
}

export const friendly: Mood = { refuseCharges: 0, refuseMail: false, chargeMs: 30 };

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class ShopServices {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #charged = new Map<string, string>();
  ledger: LedgerEntry[] = [];
  #mood: Mood = friendly;
  #chargesRefused = 0;
  /** Resolves when a charge has arrived and is not answered yet. */
  #onCharge: () => void = () => {};

  /** Address of the services. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  setMood(mood: Mood): void {
    this.#mood = mood;
    this.#chargesRefused = 0;
    this.ledger = [];
  }

  nextCharge(): Promise<void> {
    return new Promise((resolve) => {
      this.#onCharge = resolve;
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Record<string, unknown>;
    const path = request.url ?? "/";
    const key = String(request.headers["idempotency-key"] ?? "");
    if (path === "/charges") {
      this.#onCharge();
      await new Promise((resolve) => setTimeout(resolve, this.#mood.chargeMs));
    }
    const { status, body: answer } = this.#answer(path, key, body);
    const attempt = String(request.headers["dispatched-attempt"] ?? "");
    this.ledger.push({ path, idempotencyKey: key, attempt, status });
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  }

  #answer(path: string, key: string, body: Record<string, unknown>): Answer {
    const order = String(body["order_id"] ?? "");
    if (path === "/orders/validate") return { status: 200, body: { order_id: order, risk: "low" } };
    if (path === "/charges") return this.#charge(order, key);
    if (/^\/charges\/[^/]+\/refund$/.test(path)) return { status: 200, body: { refunded: true } };
    if (path !== "/mails") return { status: 404, body: { error: "nothing here" } };
    if (this.#mood.refuseMail) return { status: 422, body: { error: "recipient is not known" } };
    return { status: 200, body: { mail_id: `mail_${/Order (\S+)/.exec(String(body["text"]))?.[1] ?? ""}` } };
  }

  /** A payment service that honours the idempotency key charges once, however often it is asked. */
  #charge(order: string, key: string): Answer {
    if (this.#chargesRefused < this.#mood.refuseCharges) {
      this.#chargesRefused++;
      return { status: 503, body: { error: "busy" } };
    }
    const charge = this.#charged.get(key) ?? `ch_${order}`;
    this.#charged.set(key, charge);
    return { status: 200, body: { charge_id: charge } };
  }
}
