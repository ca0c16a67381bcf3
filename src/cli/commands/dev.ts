// `dispatched dev` and `dispatched serve`: the whole system in this process, with a local tenant or without.

import { existsSync } from "node:fs";
import { type Configuration, readConfiguration } from "../../app/configuration.ts";
import { LineLog } from "../../app/line-log.ts";
import type { LocalTenant } from "../../app/local-tenant.ts";
import { type Dispatched, openDispatched } from "../../app/open-dispatched.ts";
import { openLocal } from "../../app/open-local.ts";
import { Client } from "../../client/client.ts";
import type { TokenSource } from "../../client/session.ts";
import { currentTenant, tellCurrent } from "../current-tenant.ts";
import { runUntilStopped } from "../run-until-stopped.ts";
import type { Terminal } from "../terminal.ts";

export interface ServerOptions {
  readonly port?: string;
  readonly data?: string;
}

export interface DevOptions extends ServerOptions {
  /** A folder of workflows that is watched. Default `./workflows`. */
  readonly workflows?: string;
}

const workflowsDefault = "workflows";

/** Runs until it is told to stop; resolves with the exit code. */
export async function dev(terminal: Terminal, options: DevOptions): Promise<number> {
  return run(options, async (configuration, given) => {
    const { TestService } = await import("../dev/test-service.ts");
    const { watchWorkflows } = await import("../dev/watch-workflows.ts");
    const service = new TestService();
    // Runs that are recovered may call it at once.
    const starting = service.start(configuration.port === 0 ? 0 : configuration.port + 1);
    // What is wrong with the data is told first.
    starting.catch(() => {});
    const before = currentTenant();
    const dispatched = await openLocal(configuration, given).catch((error: unknown) => {
      service.stop();
      throw error;
    });
    const { url, local } = dispatched;
    const serviceUrl = await starting;
    const folder = options.workflows ?? workflowsDefault;
    tellReady(terminal, { url, service: serviceUrl, folder, configuration, tenant: local.tenant });
    tellCurrent(terminal, before, local.tenant);
    const place = { client: new Client(url, tokensOf(local)), tenant: local.tenant };
    const watching = watchWorkflows(terminal, place, folder);
    const close = () => {
      watching.stop();
      service.stop();
      return dispatched.close();
    };
    return { ...dispatched, close };
  });
}

interface Ready {
  readonly url: string;
  readonly service: string;
  readonly folder: string;
  readonly configuration: Configuration;
  readonly tenant: string;
}

/** The address, one line for `curl`, one command that comes next. */
function tellReady(terminal: Terminal, { url, service, folder, configuration, tenant }: Ready): void {
  if (terminal.json) {
    terminal.value(JSON.stringify({ ready: url, test_service: service, workflows: folder, tenant }));
    return;
  }
  const { paint } = terminal;
  terminal.line(`ready ${url}`);
  if (!terminal.live) {
    terminal.line(`test service ${service}`);
    // Who names a folder means one that is there; on a terminal it is told below.
    if (folder !== workflowsDefault && !existsSync(folder))
      terminal.line(`there is no folder ${folder}: what it holds is stored once it is there`);
    return;
  }
  const there = existsSync(folder) ? "each change is stored" : "make it: what it holds is stored";
  terminal.line();
  terminal.line(
    `  dashboard  ${paint.bold("dispatched open")}  ${paint.dim("opens it in the browser, signed in")}`,
  );
  terminal.line(`  data       ${configuration.dataFolder}  ${paint.dim(tenant)}`);
  terminal.line(`  workflows  ${folder}  ${paint.dim(there)}`);
  terminal.line(
    `  to call    ${service}/echo  ${paint.dim("/flaky?fails=2  /slow?ms=3000  /fail?status=422")}`,
  );
  terminal.line(`  try        curl ${url}/api/runs -H "Dispatched-Session: $(dispatched token)"`);
  terminal.line(`  next       ${paint.bold("dispatched workflow put FILE && dispatched run NAME --follow")}`);
  terminal.line();
}

function tokensOf(local: LocalTenant): TokenSource {
  return {
    token: () => Promise.resolve(local.token),
    renew: (refused) => Promise.resolve(local.token === refused ? null : local.token),
  };
}

/** As `dev`, for tenants that sign in from elsewhere. */
export async function serve(terminal: Terminal, options: ServerOptions): Promise<number> {
  return run(options, async (configuration, given) => {
    const dispatched = await openDispatched(configuration, given);
    // By these devices know the server: what `tenant create` shows is to be compared with them.
    const { url, serverKeys } = dispatched;
    if (terminal.json) terminal.value(JSON.stringify({ ready: url, server_keys: serverKeys }));
    else {
      for (const key of serverKeys) terminal.line(`server key ${key}`);
      terminal.line(`ready ${url}`);
    }
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
  return runUntilStopped((onFenced) => open(configuration, { log, onFenced }));
}
