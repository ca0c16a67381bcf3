// The common job against the limit: three calls in a row, durable and sealed. Interleaved rounds, medians, ratios.
//
// Usage: node bench/common-job.ts [--rounds N] [--count N] [--record]

import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commonJob } from "./common-job-document.ts";
import { median } from "./figures.ts";
import { type Measured, sendLoad } from "./load.ts";
import { cpuSeconds, residentMb, type Started, start, stop } from "./started.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    count: { type: "string", default: "6000" },
    record: { type: "boolean", default: false },
  },
});
const roundsMin = Number(values.rounds);
const roundsMax = roundsMin + 6;
const count = Number(values.count);
const root = join(import.meta.dirname, "..");
/** Above this spread of the limit itself, more rounds; then no verdict. */
const spreadMax = 0.1;

interface Side {
  readonly name: "limit" | "dispatched";
  readonly started: Started;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Round extends Measured {
  readonly cpuPerThousand: number;
  readonly singleP50Ms: number;
  readonly singleP99Ms: number;
}

async function startDispatched(home: string, service: string): Promise<Side> {
  const port = 41_000 + Math.floor(Math.random() * 2_000);
  const started = await start(join(root, "bin/dispatched"), ["dev", "--port", String(port)], {
    DISPATCHED_HOME: home,
  });
  const credentials = readFileSync(join(home, "credentials.json"), "utf8");
  const token = /"(dst_[^"]+)"/.exec(credentials)?.[1] ?? "";
  const headers = { "dispatched-session": token };
  const put = await fetch(`${started.ready}/api/workflows/common-job`, {
    method: "PUT",
    headers: { ...headers, "content-type": "application/yaml" },
    body: commonJob(service),
  });
  if (!put.ok) throw new Error(await put.text());
  return { name: "dispatched", started, url: `${started.ready}/workflows/common-job`, headers };
}

async function round(side: Side): Promise<Round> {
  const { url, headers } = side;
  const before = cpuSeconds(side.started);
  const loaded = await sendLoad({ url, headers, count, inFlight: 64 });
  const cpuPerThousand = ((cpuSeconds(side.started) - before) / count) * 1000;
  const single = await sendLoad({ url, headers, count: Math.ceil(count / 10), inFlight: 1 });
  return { ...loaded, cpuPerThousand, singleP50Ms: single.p50Ms, singleP99Ms: single.p99Ms };
}

function spread(numbers: readonly number[]): number {
  return (Math.max(...numbers) - Math.min(...numbers)) / median(numbers);
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function report(
  rounds: Readonly<Record<Side["name"], readonly Round[]>>,
  rssMb: number,
  bytes: number,
): void {
  const rows: readonly (readonly [string, (round: Round) => number, number])[] = [
    ["workflows/s, 64 in flight", (one) => one.perSecond, 0],
    ["CPU-s per 1,000", (one) => one.cpuPerThousand, 3],
    ["p50 ms, one at a time", (one) => one.singleP50Ms, 2],
    ["p99 ms, one at a time", (one) => one.singleP99Ms, 2],
    ["p50 ms, 64 in flight", (one) => one.p50Ms, 1],
    ["p99 ms, 64 in flight", (one) => one.p99Ms, 1],
  ];
  console.log(`\n${"".padEnd(28)}${"limit".padStart(10)}${"dispatched".padStart(12)}${"ratio".padStart(8)}`);
  const ratios = rows.map(([name, of, digits]) => {
    const [limit, ours] = [median(rounds.limit.map(of)), median(rounds.dispatched.map(of))];
    console.log(
      `${name.padEnd(28)}${limit.toFixed(digits).padStart(10)}${ours.toFixed(digits).padStart(12)}${(ours / limit).toFixed(2).padStart(8)}`,
    );
    return ours / limit;
  });
  console.log(`RSS ${rssMb} MB, ${bytes} bytes stored a workflow`);
  const limitSpread = spread(rounds.limit.map((one) => one.perSecond));
  const noisy = limitSpread > spreadMax;
  console.log(
    `spread of the limit ${(limitSpread * 100).toFixed(0)}% over ${rounds.limit.length} rounds${noisy ? ": too noisy, no verdict" : ""}`,
  );
  if (values.record) record(ratios, limitSpread, rounds, rssMb, bytes);
}

function record(
  ratios: readonly number[],
  limitSpread: number,
  rounds: Readonly<Record<Side["name"], readonly Round[]>>,
  rssMb: number,
  bytes: number,
): void {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: root,
    encoding: "utf8",
  }).trim();
  const file = join(root, "bench/RESULTS.md");
  if (!existsSync(file)) {
    appendFileSync(
      file,
      "# Results\n\nRatios to the limit, taken in one run; medians of interleaved rounds. See `bench/common-job.ts`.\n\n" +
        "| date | commit | machine | Node | rounds × count | throughput | CPU | p50 | p99 | RSS MB | bytes/workflow | spread of the limit |\n" +
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
  }
  const cells = [
    new Date().toISOString().slice(0, 10),
    commit,
    `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
    process.version,
    `${rounds.limit.length} × ${count}`,
    ...ratios.slice(0, 4).map((ratio) => ratio.toFixed(2)),
    String(rssMb),
    String(bytes),
    `${(limitSpread * 100).toFixed(0)}%${limitSpread > spreadMax ? " (no verdict)" : ""}`,
  ];
  appendFileSync(file, `| ${cells.join(" | ")} |\n`);
}

const home = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
const service = await start(process.execPath, [join(root, "bench/service.ts")]);
const serviceUrl = `http://127.0.0.1:${service.ready}/`;
const limit = await start(process.execPath, [join(root, "bench/limit.ts"), serviceUrl]);
const sides: readonly Side[] = [
  { name: "limit", started: limit, url: `http://127.0.0.1:${limit.ready}/`, headers: {} },
  await startDispatched(home, serviceUrl),
];
const rounds: Record<Side["name"], Round[]> = { limit: [], dispatched: [] };
const ours = sides[1] as Side;
try {
  for (const side of sides)
    await sendLoad({ url: side.url, headers: side.headers, count: 2_000, inFlight: 64 });
  const bytesBefore = folderBytes(join(home, "data"));
  for (let index = 0; index < roundsMax; index++) {
    if (index >= roundsMin && spread(rounds.limit.map((one) => one.perSecond)) <= spreadMax) break;
    for (const side of sides) {
      const one = await round(side);
      rounds[side.name].push(one);
      console.log(
        `round ${index + 1} ${side.name.padEnd(10)} ${one.perSecond.toFixed(0)}/s  ${one.cpuPerThousand.toFixed(3)} CPU-s/1,000  p50 ${one.singleP50Ms.toFixed(2)} ms`,
      );
    }
  }
  const done = rounds.dispatched.length * (count + Math.ceil(count / 10));
  const bytes = Math.round((folderBytes(join(home, "data")) - bytesBefore) / done);
  report(rounds, residentMb(ours.started), bytes);
} finally {
  await Promise.all([stop(service), stop(limit), stop(ours.started)]);
  rmSync(home, { recursive: true, force: true });
}
