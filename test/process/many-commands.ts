// Runs many command lines in one process, for tests of all of them: starting a process for each would take a minute.
//
// Standard input: a JSON list of lists of arguments. Standard output: a JSON list of what each said.

import { readFileSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { runProgram } from "../../src/cli/program.ts";

const lines = JSON.parse(readFileSync(0, "utf8")) as readonly (readonly string[])[];
const limitMs = 60_000;
/** What a command that was ended here may still do, where its process would be gone. */
const goesOnMs = 5_000;
const said: { code: number; out: string; err: string }[] = [];
let [out, err] = ["", ""];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text) => {
  out += String(text);
  return true;
};
process.stderr.write = (text) => {
  err += String(text);
  return true;
};
// As on a terminal: colours would be shown.
if (process.env["AS_ON_A_TERMINAL"] === "yes") {
  process.stdout.isTTY = true;
  process.stderr.isTTY = true;
}
// As behind `| true`: whatever is written finds nobody who reads it. What would end the process ends the command.
let endedBy: (code: number) => void = () => {};
const exit = process.exit.bind(process);
if (process.env["WITHOUT_A_READER"] === "yes") {
  process.stdout.write = (text) => {
    out += String(text);
    const broken = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    process.nextTick(() => process.stdout.emit("error", broken));
    return false;
  };
  process.exit = (code) => {
    endedBy(Number(code ?? 0));
    // It never comes back from this, and here only the caller can end.
    return undefined as never;
  };
}
for (const args of lines) {
  [out, err] = ["", ""];
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners("error");
  // A command that does not end by itself is named, and not waited for.
  const watch = setTimeout(() => {
    writeSync(2, `${args.join(" ")} has not ended after ${limitMs} ms\n`);
    exit(1);
  }, limitMs);
  const forced: number[] = [];
  const ended = new Promise<number>((resolve) => {
    endedBy = (by) => {
      forced.push(by);
      resolve(by);
    };
  });
  const running = runProgram("0.0.0", args);
  const own = await Promise.race([ended, running]);
  // The error of what was written last comes a moment later; and what would have ended with the process is not to write as the next one.
  await new Promise((resolve) => setImmediate(resolve));
  if (forced.length > 0) await Promise.race([running, pause(goesOnMs)]).catch(() => {});
  const code = forced[0] ?? own;
  clearTimeout(watch);
  said.push({ code, out, err });
}
// Whoever reads may be slow.
write(JSON.stringify(said), () => exit(0));
