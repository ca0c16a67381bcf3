// `dispatched agent`: holds the private key on a machine of the tenant's own, and keeps the tenant open.

import { LineLog } from "../../app/line-log.ts";
import { UnlockAgent } from "../../app/unlock-agent.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

/** Runs until it is told to stop. */
export async function agent(terminal: Terminal): Promise<number> {
  const { client, url, tenant } = openConnection();
  const log = new LineLog("info", { human: process.stderr.isTTY === true });
  let opened = false;
  const running = new UnlockAgent(async () => {
    // The client signs in by itself: before the session ends, and when it was ended.
    const session = await client.showSession();
    if (!opened) terminal.line(`open ${session.tenant} at ${url}`);
    opened = true;
  }, log);
  log.write("info", "agent.started", { url, tenant: tenant ?? "" });
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  running.start();
  await stopped;
  running.stop();
  log.write("info", "agent.stopped", {});
  return exitCode.completed;
}
