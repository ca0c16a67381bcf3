// Runs one command line as on a terminal: it may ask, and what comes on standard input is what somebody types.

import { runProgram } from "../../src/cli/program.ts";

for (const stream of [process.stdin, process.stdout, process.stderr]) stream.isTTY = true;
process.stdin.setRawMode ??= () => process.stdin;
process.exitCode = await runProgram("0.0.0", process.argv.slice(2));
