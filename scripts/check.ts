// The one gate: every stage in one table, two at a time where that helps, and a last line that counts.
//
// Usage: node scripts/check.ts [--only NAME]

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findChromium, noChromium } from "../test/dashboard/chromium.ts";
import { findPython, noPython } from "../test/python-client/find-python.ts";
import { bundle } from "./bundle.ts";

interface Stage {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Runs alone: it measures time or kills processes, and a neighbour would disturb it. */
  readonly alone?: boolean;
  /** Its failed files are tried once more, alone; what passes only then is told as unstable. */
  readonly secondTry?: boolean;
  /** What it starts is not bundled. */
  readonly fromSources?: boolean;
}

interface Outcome {
  readonly stage: Stage;
  readonly passed: number;
  readonly failed: number;
  /** Test files that may be tried once more. */
  readonly failedFiles: readonly string[];
}

const root = join(import.meta.dirname, "..");
const node = process.execPath;
/** What `bin/dispatched` starts in the tests: bundled anew by each gate, as it is in the package. */
const app = join(root, ".tsbuild/app");
/** Stages that cannot run on this machine, and tests that are unstable: told at the end, so that nobody reads past it. */
const remarks: string[] = [];
/** A test that hangs fails, and does not take the others with it. */
const nodeTest = ["--test", "--test-timeout=300000"];
const bin = (name: string) => join(root, "node_modules/.bin", name);

const stages: readonly Stage[] = [
  { name: "format and lint", command: bin("biome"), args: ["check", "--error-on-warnings", "."] },
  { name: "types", command: bin("tsc"), args: ["-b"] },
  { name: "unused code", command: bin("knip"), args: [] },
  // The two longest come first, so that the others fill the time beside them and behind.
  {
    name: "end-to-end tests",
    command: node,
    args: [...nodeTest, "--test-concurrency=2", ...testFiles("test/e2e")],
  },
  ...dashboard(),
  {
    name: "unit tests",
    command: node,
    args: [...nodeTest, "--test-concurrency=2", ...testFiles("src"), ...testFiles("dashboard/src")],
  },
  {
    name: "tidy tests",
    command: node,
    args: [...nodeTest, "--test-concurrency=2", ...testFiles("test/tidy"), ...testFiles("docs")],
  },
  {
    name: "tests across floors",
    command: node,
    args: [
      ...nodeTest,
      "--test-concurrency=2",
      ...testFiles("test", [
        "test/tidy",
        "test/e2e",
        "test/python-client",
        "test/dashboard",
        "test/sandbox/pool.test.ts",
      ]),
    ],
  },
  { name: "simulation", command: node, args: ["src/simulation/main.ts", "--gate"] },
  { name: "model of epochs", command: node, args: ["test/epochs/main.ts", "--walks", "500"] },
  { name: "crash loop", command: node, args: ["test/crash/main.ts", "--rounds", "10"], alone: true },
  {
    name: "crash in a long list",
    command: node,
    args: ["test/crash/items.ts", "--items", "1000", "--kills", "2"],
    alone: true,
  },
  {
    name: "crash in a ratchet",
    command: node,
    args: ["test/crash/ratchet.ts", "--rounds", "5"],
    alone: true,
  },
  {
    name: "crash in a rotation",
    command: node,
    args: ["test/crash/rotation.ts", "--records", "2000", "--kills", "2"],
    alone: true,
  },
  { name: "crash at due times", command: node, args: ["test/crash/cron.ts", "--rounds", "5"], alone: true },
  {
    name: "crash while locked",
    command: node,
    args: ["test/crash/inbox.ts", "--webhooks", "100", "--due", "6", "--kills", "2"],
    alone: true,
  },
  // What evaluates comes last for the processor: beside full stages an innocent evaluation may take as long as its limit.
  {
    name: "pool of the sandbox",
    command: node,
    args: [...nodeTest, "test/sandbox/pool.test.ts"],
    alone: true,
  },
  // From the sources, as in a clone; that of the tarball is from the bundle.
  { name: "demo", command: join(root, "bin/dispatched"), args: ["demo"], alone: true, fromSources: true },
  { name: "packed tarball", command: node, args: ["test/pack/main.ts"] },
  ...clientInPython(),
  ...conformance(),
];

/** The test files of a folder, without the files and folders in `except`: another stage runs these. */
function testFiles(folder: string, except: readonly string[] = []): readonly string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => join(folder, file))
    .filter((file) => !except.some((other) => file === other || file.startsWith(`${other}/`)));
}

/** Suites that others wrote run when they stand beside the checkout. */
function conformance(): readonly Stage[] {
  const folder = join(root, "../shared/conformance");
  if (existsSync(folder)) {
    return [{ name: "conformance", command: node, args: ["test/conformance/main.ts", folder] }];
  }
  remarks.push("NOT RUN conformance: no folder of suites stands beside this checkout");
  return [];
}

/**
 * The check of a submission needs every stage (`.ci/run`), and fails without a Python; who develops without one is told
 * what was not run.
 */
function clientInPython(): readonly Stage[] {
  const args = ["--test", "--test-concurrency=1", ...testFiles("test/python-client")];
  const stage = { name: "client in Python", command: node, args };
  if (process.env["DISPATCHED_EVERY_STAGE"] === "1" || findPython() !== null) return [stage];
  remarks.push(`NOT RUN client in Python: ${noPython}`);
  return [];
}

/** As with the client in Python: the check of a submission needs it. */
function dashboard(): readonly Stage[] {
  const args = [...nodeTest, "--test-concurrency=1", ...testFiles("test/dashboard")];
  const stage = { name: "dashboard in a browser", command: node, args, secondTry: true };
  if (process.env["DISPATCHED_EVERY_STAGE"] === "1" || findChromium() !== null) return [stage];
  remarks.push(`NOT RUN dashboard in a browser: ${noChromium}`);
  return [];
}

function run(stage: Stage): Promise<Outcome> {
  const began = performance.now();
  const env = {
    NODE_COMPILE_CACHE: join(root, ".tsbuild/compiled"),
    ...process.env,
    ...(stage.fromSources === true ? {} : { DISPATCHED_ENTRY: join(app, "main.js") }),
    FORCE_COLOR: "0",
  };
  const child = spawn(stage.command, stage.args, { cwd: root, env });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  return new Promise((resolve) => {
    const end = (code: number | null) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      const counts = countTests(output);
      const ok = code === 0 && counts.failed === 0;
      if (!ok) console.log(`${output}\n`);
      const tests = counts.passed > 0 ? `, ${counts.passed} tests` : "";
      console.log(`${ok ? "passed" : "FAILED"}  ${stage.name} (${seconds} s${tests})`);
      // What a test measured and a reader should see grow.
      for (const [, said] of output.matchAll(/^(?:#|ℹ) (dispatched\/\S+: .*)$/gm))
        console.log(`        ${said}`);
      remarks.push(...[...output.matchAll(/^(?:#|ℹ) (NOT RUN .*)$/gm)].map(([, said]) => said ?? ""));
      resolve({
        stage,
        passed: ok ? Math.max(1, counts.passed) : counts.passed,
        failed: ok ? 0 : Math.max(1, counts.failed),
        failedFiles: stage.secondTry === true && !ok ? failedFiles(output) : [],
      });
    };
    child.on("error", (error) => {
      output += error.message;
      end(1);
    });
    child.on("close", end);
  });
}

/** The files that node:test names at its end, where it repeats what failed. */
function failedFiles(output: string): readonly string[] {
  const named = output.matchAll(/^test at (\S+\.test\.ts):\d+:\d+$/gm);
  return [...new Set([...named].map(([, file]) => file ?? ""))];
}

/**
 * A browser that is steered from outside can stumble where no product is wrong. What fails twice is broken; what passes the
 * second time is told, because somebody has to look at it.
 */
async function secondTry(first: Outcome): Promise<Outcome> {
  const { stage, failedFiles: files } = first;
  const args = [...nodeTest, "--test-concurrency=1", ...files];
  const second = await run({ name: `${stage.name}, second try`, command: stage.command, args });
  if (second.failed > 0) return first;
  remarks.push(`UNSTABLE ${files.join(", ")}: failed, and passed when tried once more`);
  return { ...first, passed: first.passed + first.failed, failed: 0 };
}

/** What node:test says at its end; a skipped test counts as failed, because nothing may be left out silently. */
function countTests(output: string): { readonly passed: number; readonly failed: number } {
  const count = (word: string) => Number(new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  return {
    passed: count("pass"),
    failed: count("fail") + count("cancelled") + count("skipped") + count("todo"),
  };
}

const { values } = parseArgs({ options: { only: { type: "string" } } });
const chosen = stages.filter((stage) => values.only === undefined || stage.name === values.only);
if (chosen.length === 0) {
  console.error(`no stage has this name; there are: ${stages.map((stage) => stage.name).join(", ")}`);
  process.exit(2);
}
for (const line of remarks) console.log(line);
await bundle(app);
const outcomes: Outcome[] = [];
const together = chosen.filter((stage) => stage.alone !== true);
await Promise.all(
  [0, 1].map(async () => {
    for (let stage = together.shift(); stage !== undefined; stage = together.shift()) {
      outcomes.push(await run(stage));
    }
  }),
);
for (const stage of chosen.filter((one) => one.alone === true)) outcomes.push(await run(stage));
for (const [index, outcome] of outcomes.entries()) {
  if (outcome.failedFiles.length > 0) outcomes[index] = await secondTry(outcome);
}
const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
for (const line of remarks) console.log(line);
console.log(`${sum((outcome) => outcome.passed)} passed, ${sum((outcome) => outcome.failed)} failed`);
process.exit(sum((outcome) => outcome.failed) === 0 ? 0 : 1);
