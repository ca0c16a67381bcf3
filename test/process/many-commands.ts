// Runs many command lines in one process, for tests of all of them: starting a process for each would take a minute.
//
// Standard input: a JSON list of lists of arguments. Standard output: a JSON list of what each said.

import { readFileSync, writeSync } from "node:fs";
import { runProgram } from "../../src/cli/program.ts";

const lines = JSON.parse(readFileSync(0, "utf8")) as readonly (readonly string[])[];
const limitMs = 60_000;
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
for (const args of lines) {
  [out, err] = ["", ""];
  // A command that does not end by itself is named, and not waited for.
  const watch = setTimeout(() => {
    writeSync(2, `${args.join(" ")} has not ended after ${limitMs} ms\n`);
    process.exit(1);
  }, limitMs);
  const code = await runProgram("0.0.0", args);
  clearTimeout(watch);
  said.push({ code, out, err });
}
// Whoever reads may be slow.
write(JSON.stringify(said), () => process.exit(0));
