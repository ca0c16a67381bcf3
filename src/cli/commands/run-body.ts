// `dispatched runs body`: a large body of a run, as it was recorded.

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

/** The bytes themselves, as they come; on a terminal the text, with what would steer the terminal made visible. */
export async function readBody(terminal: Terminal, run: string, body: string): Promise<number> {
  if (!/^\d{1,15}$/.test(body)) {
    throw new CliError(
      "usage",
      `a body has a number, and ${JSON.stringify(body)} is none`,
      `dispatched runs get ${run} --json`,
    );
  }
  const { client } = openConnection();
  const answer = await client.openRunBody(run, Number(body));
  if (process.stdout.isTTY === true) terminal.text(`${await answer.text()}\n`);
  else if (answer.body !== null)
    await pipeline(Readable.fromWeb(answer.body as never), process.stdout, { end: false });
  return exitCode.completed;
}
