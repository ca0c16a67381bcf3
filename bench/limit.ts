// The limit: the common job with nothing stored. A plain HTTP front that makes the three calls with undici.

import { createServer } from "node:http";
import { Agent, request } from "undici";

const service = process.argv[2] ?? "";
const agent = new Agent({ connections: 128, pipelining: 1 });

async function call(body: unknown): Promise<{ readonly id: string }> {
  const answer = await request(service, {
    method: "POST",
    dispatcher: agent,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await answer.body.json()) as { readonly id: string };
}

const server = createServer((incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", async () => {
    const order = JSON.parse(Buffer.concat(chunks).toString());
    const first = await call({ order });
    const second = await call({ order, ref: first.id });
    const third = await call({ order, ref: second.id });
    const body = JSON.stringify({ result: third.id });
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`ready ${typeof address === "object" && address !== null ? address.port : ""}`);
});
