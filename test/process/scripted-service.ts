// A called service whose answers a test chooses by path, and which keeps what it was asked.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface AskedOf {
  readonly path: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Record<string, unknown>;
}

type Told = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];
/** What it does is done before the answer goes. */
type Script = (asked: AskedOf) => Told | Promise<Told>;

export class ScriptedService {
  readonly asked: AskedOf[] = [];
  /** By path; others answer 200 with `{}`. */
  readonly scripts = new Map<string, Script>();
  readonly #server = createServer((request, response) => this.#serve(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  of(path: string): readonly AskedOf[] {
    return this.asked.filter((asked) => asked.path === path);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", async () => {
      const key = String(request.headers["idempotency-key"] ?? "");
      const { headers } = request;
      const asked = { path: request.url ?? "", key, headers, body: text === "" ? {} : JSON.parse(text) };
      this.asked.push(asked);
      const [status, body, more] = (await this.scripts.get(asked.path)?.(asked)) ?? [200, {}];
      response.writeHead(status, { "content-type": "application/json", ...more });
      response.end(JSON.stringify(body));
    });
  }
}
