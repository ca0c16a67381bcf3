// The services of an example: what they answer is written beside its workflow.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ServiceRule {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: unknown;
  /** A body that is no JSON. */
  readonly text?: string;
  /** The bytes of a body that is no text. */
  readonly base64?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delay_ms?: number;
  /** How often the rule answers; the one after it does then. */
  readonly times?: number;
  /** After the answer, `body` is posted to the address that stands under `address` in the request's body. */
  readonly callback?: { readonly address: string; readonly body: unknown };
}

export interface RequestOfService {
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export class ExampleService {
  readonly asked: string[] = [];
  readonly requests: RequestOfService[] = [];
  readonly #rules: readonly ServiceRule[];
  readonly #answered = new Map<ServiceRule, number>();
  readonly #server = createServer((request, response) => this.#serve(request, response));

  constructor(rules: readonly ServiceRule[]) {
    this.#rules = rules;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #ruleFor(method: string | undefined, path: string): ServiceRule | undefined {
    const answered = (rule: ServiceRule) => this.#answered.get(rule) ?? 0;
    const found = this.#rules.find(
      (rule) => rule.method === method && rule.path === path && answered(rule) < (rule.times ?? Infinity),
    );
    if (found !== undefined) this.#answered.set(found, answered(found) + 1);
    return found;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const path = (request.url ?? "/").split("?")[0] ?? "/";
      this.asked.push(`${request.method} ${path}`);
      this.requests.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      const rule = this.#ruleFor(request.method, path);
      setTimeout(() => {
        answer(response, rule);
        if (rule?.callback !== undefined) callBack(rule.callback, body);
      }, rule?.delay_ms ?? 0);
    });
  }
}

function answer(response: ServerResponse, rule: ServiceRule = nothingThere): void {
  response.writeHead(rule.status, { "content-type": "application/json", ...rule.headers });
  if (rule.base64 !== undefined) response.end(Buffer.from(rule.base64, "base64"));
  else response.end(rule.text ?? (rule.body === undefined ? "" : JSON.stringify(rule.body)));
}

const nothingThere: ServiceRule = {
  method: "",
  path: "",
  status: 404,
  body: { error: "no such service" },
};

function callBack({ address, body }: NonNullable<ServiceRule["callback"]>, asked: string): void {
  const url = (JSON.parse(asked) as Readonly<Record<string, string>>)[address] ?? "";
  void fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
