// A process that ratchets the engine's key without a pause is killed, over and over: the file always opens, and never goes back.
//
// Usage: node test/crash/ratchet.ts [--rounds N]

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EngineKeys } from "../../src/vault/engine-keys.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const home = mkdtempSync(join(tmpdir(), "dispatched-ratchet-"));
const keysFolder = join(home, "keys");
const options = { keysFolder, dataFolder: join(home, "data"), create: true };

interface Said {
  readonly epoch: number;
  /** Hexadecimal id of the epoch's key. */
  readonly id: string;
}

/** Kills the process at a random moment between two ratchets and the third after; what it said last. */
function killOne(): Promise<Said | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "ratchet-process.ts"), home], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ratchets = 1 + Math.floor(Math.random() * 4);
  let [text, armed] = ["", false];
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
    if (armed || text.split("\ndone").length <= ratchets) return;
    armed = true;
    // A ratchet takes a few milliseconds; the busy wait is finer than timers.
    const until = performance.now() + Math.random() * 8;
    while (performance.now() < until);
    child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("close", (_code, signal) => {
      if (signal !== "SIGKILL") {
        reject(new Error(`the process ended by itself\n${text}`));
        return;
      }
      const last = [...text.matchAll(/^done (\d+) ([0-9a-f]{16})\n/gm)].at(-1);
      resolve(last === undefined ? null : { epoch: Number(last[1]), id: last[2] ?? "" });
    });
  });
}

interface Found {
  /** Whether files stood beside the key, which the kill left. */
  readonly leftovers: boolean;
  /** How far the file was beyond what was said: 0 or 1. */
  readonly ahead: number;
  readonly bad: string | null;
}

function judge(said: Said): Found {
  const leftovers = readdirSync(keysFolder).length > 1;
  const keys = EngineKeys.open(options);
  const ahead = keys.oldest - said.epoch;
  const left = readdirSync(keysFolder).filter((name) => name !== "engine.key");
  if (left.length > 0) return { leftovers, ahead, bad: `${left.join(", ")} was left` };
  if (ahead !== 0 && ahead !== 1)
    return { leftovers, ahead, bad: `said ${said.epoch}, found ${keys.oldest}` };
  if (ahead === 0 && Buffer.from(keys.id(keys.oldest)).toString("hex") !== said.id) {
    return { leftovers, ahead, bad: `the key of epoch ${said.epoch} is another one` };
  }
  return { leftovers, ahead, bad: null };
}

try {
  const first = EngineKeys.open(options);
  let [kills, leftovers, ahead, bad] = [0, 0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const said = await killOne();
    kills++;
    const found = said === null ? { leftovers: false, ahead: 0, bad: "nothing was said" } : judge(said);
    if (found.leftovers) leftovers++;
    ahead += found.ahead;
    if (found.bad !== null) {
      bad++;
      console.log(`round ${round}: ${found.bad}`);
    }
  }
  const last = EngineKeys.open(options);
  // The chain of the first file comes to the same key: nothing was skipped and nothing counted twice.
  first.advanceTo(last.oldest);
  if (Buffer.compare(first.id(last.oldest), last.id(last.oldest)) !== 0) bad++;
  console.log(
    `${kills} kills in ${last.oldest} ratchets: ${bad} bad; ${leftovers} left files behind, ${ahead} came before the word`,
  );
  process.exitCode = bad === 0 && kills === rounds && last.oldest > rounds ? 0 : 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}
