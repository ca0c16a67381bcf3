// What takes longer than the gate: parts in one table, each a process of its own, one after the other. Outcomes are kept in a
// file, so that the next call goes on with what has not passed for this commit.
//
// Usage: npm run check:long [-- --only NAME] [--list] [--again] [--kept FILE]
//
// NAME is a part, or how the names of several begin, as `crash` or `mutant`. `--again` runs what has passed once more. FILE
// keeps the outcomes; it is .tsbuild/check-long.json unless it says so.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { mutants } from "../src/simulation/mutants.ts";

interface Part {
  readonly name: string;
  /** Of Node: a program and what it is given. */
  readonly args: readonly string[];
  /** Then it has failed. */
  readonly timeoutMs?: number;
}

interface Kept {
  readonly commit: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly lastLine: string;
  /** As of ISO 8601. */
  readonly endedAt: string;
}

const root = join(import.meta.dirname, "..");
/** Where suites that others wrote stand, as for the gate. */
const suites = join(root, "../shared/conformance");
const seedsOfPart = 1_000;
const seedParts = 50;
/** What was played counts for every commit on which a world is made of the same. `--again` plays all of it anew. */
const campaignFile = join(root, ".tsbuild/campaign.json");
const campaign = ["--keep", campaignFile];
/** A mutant that stands still is not caught. */
const mutantTimeoutMs = 300_000;

const parts: readonly Part[] = [
  { name: "crash loop", args: ["test/crash/main.ts", "--rounds", "300"] },
  { name: "crash at due times", args: ["test/crash/cron.ts", "--rounds", "100"] },
  { name: "crash in a ratchet", args: ["test/crash/ratchet.ts", "--rounds", "150"] },
  {
    name: "crash in a rotation",
    args: ["test/crash/rotation.ts", "--records", "100000", "--kills", "3"],
  },
  {
    name: "crash in a deep rotation",
    args: ["test/crash/rotation.ts", "--records", "20000", "--kills", "3", "--deep"],
  },
  {
    name: "crash while locked",
    args: ["test/crash/inbox.ts", "--webhooks", "1000", "--due", "50", "--kills", "5"],
  },
  { name: "crash in a long list", args: ["test/crash/items.ts", "--items", "10000", "--kills", "3"] },
  { name: "model of epochs", args: ["test/epochs/main.ts", "--walks", "20000"] },
  { name: "walks of a run", args: ["test/run/main.ts", "--commands", "1000000"] },
  { name: "due times", args: ["test/schedule/main.ts"] },
  { name: "followers", args: ["test/follow/main.ts", "100", "10"] },
  { name: "calls of the API", args: ["test/api/main.ts", "20000"] },
  ...(existsSync(suites) ? [{ name: "conformance", args: ["test/conformance/main.ts", suites] }] : []),
  {
    name: "client in Python",
    args: ["--test", "test/python-client/protocol.test.ts", "test/python-client/sign-in.test.ts"],
  },
  { name: "handshake timing", args: ["test/handshake/main.ts"] },
  { name: "samples in Go and PHP", args: ["test/verify-samples/main.ts"] },
  { name: "newcomer", args: ["test/newcomer/main.ts"] },
  ...Array.from({ length: seedParts }, (_, index) => {
    const first = index * seedsOfPart + 1;
    return {
      name: `simulation from seed ${first}`,
      args: ["src/simulation/main.ts", "--seed", `${first}`, "--seeds", `${seedsOfPart}`, ...campaign],
    };
  }),
  {
    // All of them are kept by then: what is judged here is whether every fault met every feature.
    name: "simulation in all",
    args: ["src/simulation/main.ts", "--seed", "1", "--seeds", `${seedParts * seedsOfPart}`, ...campaign],
  },
  { name: "canaries", args: ["src/simulation/main.ts", "--canary"] },
  ...mutants.map(({ name }) => ({
    name: `mutant ${name}`,
    args: ["src/simulation/main.ts", "--mutant", name, "--seed", "1"],
    timeoutMs: mutantTimeoutMs,
  })),
];

function readKept(): Record<string, Kept> {
  return existsSync(keptFile) ? (JSON.parse(readFileSync(keptFile, "utf8")) as Record<string, Kept>) : {};
}

/** At once or not at all: a call that is ended in its midst keeps what was there. */
function keep(name: string, outcome: Kept): void {
  mkdirSync(dirname(keptFile), { recursive: true });
  const text = JSON.stringify({ ...readKept(), [name]: outcome }, null, 2);
  writeFileSync(`${keptFile}.new`, `${text}\n`);
  renameSync(`${keptFile}.new`, keptFile);
}

/** The commit, and a hash of what is changed of it. */
function currentState(): string {
  const git = (...args: readonly string[]) => spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout;
  const commit = git("rev-parse", "--short=12", "HEAD").trim();
  const changes = git("diff", "HEAD");
  if (changes === "") return commit;
  return `${commit}+${createHash("sha256").update(changes).digest("hex").slice(0, 8)}`;
}

function run({ args, timeoutMs }: Part): Promise<Kept & { readonly output: string }> {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, FORCE_COLOR: "0" },
    timeout: timeoutMs,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      output += chunk;
    });
  }
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const seconds = Math.round((performance.now() - began) / 1_000);
      const lastLine = output.trim().split("\n").at(-1) ?? "";
      const endedAt = new Date().toISOString();
      resolve({ commit, passed: code === 0, seconds, lastLine, endedAt, output });
    });
  });
}

function tell({ name }: Part, outcome: Kept | undefined): string {
  if (outcome === undefined) return `to run  ${name}`;
  const { passed, seconds, lastLine } = outcome;
  const word = outcome.commit !== commit ? "to run" : passed ? "passed" : "FAILED";
  const at = outcome.commit === commit ? "" : `, at ${outcome.commit} ${passed ? "passed" : "FAILED"}`;
  return `${word}  ${name} (${seconds} s${at}): ${lastLine}`;
}

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    kept: { type: "string", default: join(root, ".tsbuild/check-long.json") },
  },
});
const keptFile = values.kept;
const commit = currentState();
const named = parts.filter(({ name }) => name === values.only);
const chosen = named.length > 0 ? named : parts.filter(({ name }) => name.startsWith(values.only));
if (chosen.length === 0) {
  console.error(`no part has a name that begins so; \`--list\` tells all ${parts.length}`);
  process.exit(2);
}
console.log(`at ${commit}`);
if (!existsSync(suites)) console.log("NOT RUN conformance: no folder of suites stands beside this checkout");
if (values.list) {
  const kept = readKept();
  for (const part of chosen) console.log(tell(part, kept[part.name]));
  process.exit(0);
}
if (values.again && chosen.some(({ args }) => args.includes(campaignFile)))
  rmSync(campaignFile, { force: true });
const counts = { passed: 0, failed: 0 };
for (const part of chosen) {
  const before = readKept()[part.name];
  if (before?.passed === true && before.commit === commit && !values.again) {
    console.log(`${tell(part, before)} (kept)`);
    counts.passed++;
    continue;
  }
  const { output, ...outcome } = await run(part);
  keep(part.name, outcome);
  if (!outcome.passed) console.log(`${output}\n`);
  console.log(tell(part, outcome));
  counts[outcome.passed ? "passed" : "failed"]++;
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);
