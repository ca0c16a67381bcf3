// Calls that a real engine signed, as they came to a service on this machine, byte for byte.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { EngineUnderTest } from "../process/start-engine.ts";

export interface CapturedCall {
  readonly method: string;
  /** As the workflow calls it. */
  readonly url: string;
  /** By names in lowercase. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const document = (origin: string) => `name: signed
version: 1
triggers: [{type: http}]
steps:
  post: {request: {method: POST, url: "${origin}/orders?n=1", body: {amount: 5, name: "Zoë"}}}
  get: {after: [post], request: {method: GET, url: "${origin}/orders/1"}}
`;

/** A POST with a body and a GET without one, once and once more while the secret is rotated, and the secrets by their ids. */
export async function captureCalls({ client }: EngineUnderTest) {
  const calls: CapturedCall[] = [];
  let origin = "";
  const service = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    const { method = "", url = "" } = request;
    calls.push({ method, url: `${origin}${url}`, headers: Object.fromEntries(headers), body });
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  try {
    await client.putWorkflow("signed", document(origin), "yaml");
    const first = await client.createSigningSecret();
    await callOnce(client);
    const second = await client.rotateSigningSecret();
    await callOnce(client);
    return { calls, first, second };
  } finally {
    service.closeAllConnections();
    service.close();
  }
}

async function callOnce(client: EngineUnderTest["client"]): Promise<void> {
  const { run } = await client.startRun("signed", { body: null });
  let { status } = await client.getRun(run, 20);
  while (status === "queued" || status === "running") ({ status } = await client.getRun(run, 20));
  if (status !== "completed") throw new Error(`the run that calls is ${status}`);
}
