// `dispatched dev` and `dispatched serve`: the whole system in this process, with a local tenant or without.

import { type Configuration, readConfiguration } from "../../app/configuration.ts";
import { LineLog } from "../../app/line-log.ts";
import { type Dispatched, openDispatched } from "../../app/open-dispatched.ts";
import { openLocal } from "../../app/open-local.ts";
import { exitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

export interface ServerOptions {
  readonly port?: string;
  readonly data?: string;
}

/** Runs until it is told to stop; resolves with the exit code. */
export async function dev(terminal: Terminal, options: ServerOptions): Promise<number> {
  return run(options, async (configuration, given) => {
    const dispatched = await openLocal(configuration, given);
    terminal.line(`ready ${dispatched.url}`);
    if (terminal.live) {
      const { paint } = terminal;
      terminal.line();
      terminal.line(`  data    ${configuration.dataFolder}`);
      terminal.line(`  tenant  ${dispatched.local.tenant}`);
      terminal.line(
        `  try     ${paint.bold("dispatched workflow put examples/process-order/workflow.yaml")}`,
      );
      terminal.line(`  or      curl ${dispatched.url}/api/runs -H "Dispatched-Session: $(dispatched token)"`);
      terminal.line();
    }
    return dispatched;
  });
}

/** As `dev`, for tenants that sign in from elsewhere. */
export async function serve(terminal: Terminal, options: ServerOptions): Promise<number> {
  return run(options, async (configuration, given) => {
    const dispatched = await openDispatched(configuration, given);
    // By these devices know the server: what `tenant create` shows is to be compared with them.
    for (const key of dispatched.serverKeys) terminal.line(`server key ${key}`);
    terminal.line(`ready ${dispatched.url}`);
    return dispatched;
  });
}

type Given = Parameters<typeof openDispatched>[1];

async function run(
  options: ServerOptions,
  open: (configuration: Configuration, given: Given) => Promise<Dispatched>,
): Promise<number> {
  const configuration = readConfiguration(process.env, options);
  const human = process.stderr.isTTY === true;
  const log = new LineLog(human ? "warn" : "info", { human });
  let fenced: () => void = () => {};
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
  const dispatched = await open(configuration, { log, onFenced: () => fenced() });
  const code = await stopped;
  await dispatched.close();
  return code;
}
