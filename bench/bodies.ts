// Large bodies through a run of three calls: what an engine uses of processor, disk and memory. Two engines, in turns.
//
// Usage: node bench/bodies.ts [--engine FOLDER]… [--kib 100,1000,5000] [--runs N] [--rounds N]
// FOLDER: a checkout with its modules; by default this one. The first call gets the body, the second sends it and gets it back,
// the third sends it. Above the limit of requests (1 MiB) it is got three times and sent never; above that of answers (5 MiB) the
// run fails with its first call.

import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { median } from "./figures.ts";
import { cpuSeconds, type Started, start, stop } from "./started.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string", multiple: true, default: [join(import.meta.dirname, "..")] },
    kib: { type: "string", default: "100,1000,5000" },
    runs: { type: "string", default: "20" },
    rounds: { type: "string", default: "3" },
  },
});
const runs = Number(values.runs);
const inFlight = 4;
// Each engine is ended by this process, whenever it ends.
process.setMaxListeners(100);

interface Figures {
  readonly cpuMs: number;
  readonly storedKib: number;
  readonly tookMs: number;
  /** Most that was ever resident, less what was before the runs. */
  readonly peakMb: number;
  readonly idleMb: number;
}

function bodyOf(kib: number): string {
  const rows: string[] = [];
  for (let length = 12; length < kib * 1024 - 60; length += (rows.at(-1)?.length ?? 0) + 1) {
    rows.push(`{"n":${rows.length},"id":"row ${Math.random().toString(36).slice(2)}"}`);
  }
  return `{"rows":[${rows.join()}]}`;
}

const bodies = new Map<string, string>();
const service = createServer((request, response) => {
  const kib = request.url?.slice(1) ?? "";
  request.resume();
  request.on("end", () => {
    const body = kib === "small" ? "{}" : (bodies.get(kib) ?? "{}");
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  });
});

function documentOf(name: string, url: string, kib: number): string {
  const sends = kib <= 1000;
  const step = (after: string) =>
    sends
      ? `{after: [${after}], request: {method: POST, url: "${url}/${after === "a" ? kib : "small"}", body: "{{ steps.${after}.output }}"}}`
      : `{after: [${after}], request: {method: GET, url: "${url}/${kib}"}}`;
  return `name: ${name}
version: 1
triggers: [{type: http}]
steps:
  a: {request: {method: GET, url: "${url}/${kib}"}}
  b: ${step("a")}
  c: ${step("b")}
output: {first: "{{ steps.a.output.rows[0].n }}"}
`;
}

function memoryMb({ child }: Started, name: "VmHWM" | "VmRSS"): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((found) => {
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    });
  });
}

async function measure(engine: string, service: string, kib: number): Promise<Figures> {
  const home = mkdtempSync(join(tmpdir(), "dispatched-bench-bodies-"));
  const port = await freePort();
  const command = join(resolve(engine), "bin/dispatched");
  const started = await start(command, ["dev", "--port", String(port)], { DISPATCHED_HOME: home });
  const token = /"(dst_[^"]+)"/.exec(readFileSync(join(home, "credentials.json"), "utf8"))?.[1] ?? "";
  const headers = { "dispatched-session": token };
  const put = await fetch(`${started.ready}/api/workflows/large`, {
    method: "PUT",
    headers: { ...headers, "content-type": "application/yaml" },
    body: documentOf("large", service, kib),
  });
  if (!put.ok) throw new Error(await put.text());
  const run = async () => {
    const answer = await fetch(`${started.ready}/workflows/large`, { method: "POST", headers });
    if (answer.status !== (kib > 5_120 ? 502 : 200))
      throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  await run();
  await pause(500);
  const idleMb = memoryMb(started, "VmRSS");
  const [cpu, began] = [cpuSeconds(started), performance.now()];
  let left = runs - 1;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await run();
    }),
  );
  const tookMs = (performance.now() - began) / (runs - 1);
  const cpuMs = ((cpuSeconds(started) - cpu) * 1000) / (runs - 1);
  const peakMb = memoryMb(started, "VmHWM") - idleMb;
  await stop(started);
  // What was in the log of the database is in its file once the engine has stopped.
  const storedKib = statSync(join(home, "data", "dispatched.db")).size / 1024 / runs;
  rmSync(home, { recursive: true, force: true });
  return { cpuMs, storedKib, tookMs, peakMb, idleMb };
}

await new Promise<void>((resolved) => {
  service.listen(0, "127.0.0.1", resolved);
});
const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
console.log(
  `${runs} runs, ${inFlight} in flight, medians of ${values.rounds} rounds; load ${loadavg()[0]?.toFixed(1)}`,
);
for (const kib of values.kib.split(",").map(Number)) {
  bodies.set(String(kib), bodyOf(kib));
  const found = new Map<string, Figures[]>(values.engine.map((engine) => [engine, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const engine of values.engine) found.get(engine)?.push(await measure(engine, address, kib));
  }
  for (const [engine, figures] of found) {
    const of = (name: keyof Figures, digits: number) =>
      median(figures.map((one) => one[name])).toFixed(digits);
    console.log(
      `${String(kib).padStart(6)} KiB  CPU ${of("cpuMs", 1)} ms a run, stored ${of("storedKib", 0)} KiB a run, ` +
        `${of("tookMs", 1)} ms a run, memory ${of("idleMb", 0)} MB + ${of("peakMb", 0)} at most  ${engine}`,
    );
  }
}
console.log(`load ${loadavg()[0]?.toFixed(1)}`);
service.close();
service.closeAllConnections();
