// `dispatched dev`: the whole system on this machine, with a local tenant.

import { readConfiguration } from "../../app/configuration.ts";
import { LineLog } from "../../app/line-log.ts";
import { openDispatched } from "../../app/open-dispatched.ts";
import { exitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

export interface DevOptions {
  readonly port?: string;
  readonly data?: string;
}

/** Runs until it is told to stop; resolves with the exit code. */
export async function dev(terminal: Terminal, options: DevOptions): Promise<number> {
  const configuration = readConfiguration(process.env, options);
  const human = process.stderr.isTTY === true;
  const log = new LineLog(human ? "warn" : "info", { human });
  const stopped = new Promise<number>((resolve) => {
    let asked = 0;
    const stop = () => {
      asked++;
      // A second signal does not wait: nothing is lost by that, the runs go on at the next start.
      if (asked > 1) process.exit(exitCode.failed);
      resolve(exitCode.completed);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    fenced = () => resolve(exitCode.failed);
  });
  const dispatched = await openDispatched(configuration, { log, onFenced: () => fenced() });
  terminal.line(`ready ${dispatched.url}`);
  if (terminal.live) {
    const { paint } = terminal;
    terminal.line();
    terminal.line(`  data   ${configuration.dataFolder}`);
    terminal.line(`  try    ${paint.bold("dispatched workflow put examples/process-order/workflow.yaml")}`);
    terminal.line(`  or     curl ${dispatched.url}/api/runs -H "Dispatched-Session: $(dispatched token)"`);
    terminal.line();
  }
  const code = await stopped;
  await dispatched.close();
  return code;
}

let fenced: () => void = () => {};
