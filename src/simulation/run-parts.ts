// A long campaign in parts, two at a time, each in a process of its own; what was played is kept, so that it goes on.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { addTally, emptyTally, type Tally } from "./tally.ts";

const partSeeds = 500;
const root = join(import.meta.dirname, "../..");

export interface PartsOptions {
  readonly main: string;
  readonly first: number;
  readonly count: number;
  readonly processes: number;
  /** File that keeps what was played, or null. */
  readonly keep: string | null;
  readonly progress: (tally: Tally) => void;
}

interface Kept {
  readonly code: string;
  /** By first seed and count. */
  readonly parts: Record<string, Tally>;
}

export async function runParts(options: PartsOptions): Promise<Tally> {
  const kept = await readKept(options);
  const open = partsOf(options).filter((part) => kept.parts[part] === undefined);
  const tally = emptyTally();
  for (const part of partsOf(options)) {
    const done = kept.parts[part];
    if (done !== undefined) addTally(tally, done);
  }
  const work = async () => {
    for (let part = open.shift(); part !== undefined; part = open.shift()) {
      const done = await playPart(options.main, part);
      kept.parts[part] = done;
      if (options.keep !== null) writeKept(options.keep, kept);
      addTally(tally, done);
      options.progress(tally);
    }
  };
  await Promise.all(Array.from({ length: options.processes }, work));
  return tally;
}

/** `first+count` each. */
function partsOf({ first, count }: PartsOptions): readonly string[] {
  const parts: string[] = [];
  for (let done = 0; done < count; done += partSeeds) {
    parts.push(`${first + done}+${Math.min(partSeeds, count - done)}`);
  }
  return parts;
}

function playPart(main: string, part: string): Promise<Tally> {
  const [first, count] = part.split("+") as [string, string];
  const args = [main, "--seed", first, "--seeds", count, "--tally"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as Tally);
      else reject(new Error(`the part ${part} ended with ${code}`));
    });
  });
}

async function readKept({ keep: file, main }: PartsOptions): Promise<Kept> {
  const code = await codeHash(main);
  if (file !== null && existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, "utf8")) as Kept;
    if (kept.code === code) return kept;
    console.error("the code has changed since: all parts are played again");
  }
  return { code, parts: {} };
}

function writeKept(file: string, kept: Kept): void {
  writeFileSync(`${file}.new`, JSON.stringify(kept));
  renameSync(`${file}.new`, file);
}

/** Of all that a world is made of, and of the packages. When any of it changes, parts that were played count no more. */
export async function codeHash(main: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [...(await loadedBy(main)), "package-lock.json"]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

/** Every file of ours that the program loads, in order. */
export async function loadedBy(main: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [main],
    bundle: true,
    splitting: true,
    outdir: "unwritten",
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "error",
  });
  return Object.keys(metafile.inputs).sort();
}
