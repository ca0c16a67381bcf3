// What a call costs: CPU of this process in µs a call, ours and bare undici taken in turns against one service.

import { fork } from "node:child_process";
import { createServer } from "node:http";
import { Agent, request } from "undici";
import { UndiciCaller } from "../src/outbound/undici-caller.ts";

const calls = 4000;
const inFlight = 64;
const rounds = 9;
const sentBody = JSON.stringify({ order: "4711", note: "n".repeat(270) });

if (process.argv[2] === "service") serve();
else await compare();

function serve(): void {
  const answer = JSON.stringify({ id: "ref_1", accepted: true, note: "n".repeat(270) });
  const server = createServer((incoming, response) => {
    incoming.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
      response.end(answer);
    });
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as { port: number }).port));
}

async function compare(): Promise<void> {
  const service = fork(import.meta.filename, ["service"]);
  const port = await new Promise<number>((resolve) =>
    service.once("message", (message) => resolve(Number(message))),
  );
  const url = `http://127.0.0.1:${port}/orders`;
  const caller = new UndiciCaller({ allowedRanges: ["127.0.0.0/8"] });
  const agent = new Agent({ connections: 128, pipelining: 1 });
  const ways = {
    "bare undici request": () => callBare(agent, url),
    "our caller": () => callOurs(caller, url),
  };
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, call] of Object.entries(ways)) {
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, await cpuMicrosPerCall(call)));
    }
  }
  for (const [name, micros] of best)
    console.log(`${name.padEnd(24)} ${micros.toFixed(1).padStart(8)} µs CPU a call`);
  service.kill();
  await Promise.all([caller.close(), agent.close()]);
}

async function callBare(agent: Agent, url: string): Promise<void> {
  const headers = { "content-type": "application/json", "idempotency-key": "run_1/step" };
  const answer = await request(url, { method: "POST", dispatcher: agent, headers, body: sentBody });
  await answer.body.text();
}

async function callOurs(caller: UndiciCaller, url: string): Promise<void> {
  const outcome = await caller.call({
    method: "POST",
    url,
    headers: [
      ["content-type", "application/json"],
      ["idempotency-key", "run_1/step"],
    ],
    body: sentBody,
    timeoutMs: 30_000,
    maxBytes: 5_000_000,
  }).outcome;
  if (outcome.type !== "response") throw new Error(outcome.detail);
}

async function cpuMicrosPerCall(call: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  let left = calls;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const spent = process.cpuUsage(before);
  return (spent.user + spent.system) / calls;
}
