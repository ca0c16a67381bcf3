// Stands between a client and an engine: passes requests on, but for those that a test answers itself or cuts off.

import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * `pass` it on, `lose` its answer, put a gateway's `504` in the place of its answer, `hold` it without an answer, `cut` the
 * connection before it is passed on, or have it answered here.
 */
export type Fate =
  | "pass"
  | "lose"
  | "504"
  | "hold"
  | "cut"
  | { readonly status: number; readonly body: object };

export interface InBetween {
  readonly url: string;
  /** `PUT /api/workflows/a?dry_run=true`, in the order in which they came. */
  readonly asked: readonly string[];
  stop(): void;
}

export async function standInBetween(
  engine: string,
  fateOf: (line: string) => Fate | Promise<Fate>,
): Promise<InBetween> {
  const asked: string[] = [];
  const server: Server = createServer(async (incoming, answer) => {
    const line = `${incoming.method} ${incoming.url}`;
    asked.push(line);
    const fate = await fateOf(line);
    if (fate === "hold") return;
    if (fate === "pass" || fate === "lose" || fate === "504") passOn(engine, incoming, answer, fate);
    else if (fate === "cut") incoming.socket.destroy();
    else {
      answer.writeHead(fate.status, { "content-type": "application/problem+json" });
      answer.end(JSON.stringify(fate.body));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, asked, stop };
}

function passOn(
  engine: string,
  incoming: IncomingMessage,
  answer: ServerResponse,
  fate: "pass" | "lose" | "504",
): void {
  const { method, headers } = incoming;
  const onward = request(new URL(incoming.url ?? "/", engine), { method, headers }, (came) => {
    if (fate === "lose") {
      incoming.socket.destroy();
      return;
    }
    if (fate === "504") {
      came.resume();
      answer.writeHead(504, { "content-type": "text/html" }).end("<h1>504 Gateway Time-out</h1>");
      return;
    }
    answer.writeHead(came.statusCode ?? 500, came.headers);
    came.pipe(answer);
  });
  onward.on("error", () => incoming.socket.destroy());
  answer.on("close", () => onward.destroy());
  incoming.pipe(onward);
}
