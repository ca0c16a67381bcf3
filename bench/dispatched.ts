// The engine as a user runs it, over a home folder of the benchmark.

import { join } from "node:path";
import { Client } from "../src/client/client.ts";
import { localSession } from "../test/process/local-session.ts";
import { type Started, start } from "./started.ts";

export const root = join(import.meta.dirname, "..");

export interface StartedEngine extends Started {
  /** `http://127.0.0.1:N` */
  readonly url: string;
  /** What every request carries. */
  readonly headers: Readonly<Record<string, string>>;
  readonly client: Client;
}

/** `dispatched dev` on a free port. */
export async function startDispatched(home: string): Promise<StartedEngine> {
  const started = await start(join(root, "bin/dispatched"), ["dev", "--port", "0"], {
    DISPATCHED_HOME: home,
  });
  const url = started.ready;
  const token = localSession(home).token;
  return { ...started, url, headers: { "dispatched-session": token }, client: new Client(url, token) };
}
