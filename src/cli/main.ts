// The entry of the command line.

import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { inSources } from "../server/in-sources.ts";

// Threads and processes of ours read what this one has compiled by the variable only.
const { directory } = enableCompileCache();
if (directory !== undefined) process.env["NODE_COMPILE_CACHE"] ??= directory;

// What ends the process is printed with its trace.
process.on("uncaughtExceptionMonitor", (error) => {
  const told = new Set<unknown>();
  for (let one: unknown = error; one instanceof Error && !told.has(one); one = one.cause) {
    told.add(one);
    one.stack = inSources(one.stack ?? "");
  }
});

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};
const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
  console.log(version);
} else {
  const { runProgram } = await import("./program.ts");
  process.exitCode = await runProgram(version, args);
}
