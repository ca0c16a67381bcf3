// `dispatched serve` in a process of its own, over a home folder of the test.

import { startCommand } from "./run-command.ts";

export interface ServerUnderTest {
  readonly url: string;
  /** Of `url`, so that the next start can listen there again. */
  readonly port: string;
  /** `dsrv1_…` */
  readonly key: string;
  stop(): Promise<void>;
}

/** @param port default: a free one */
export async function startServe(
  home: string,
  { env = {}, port = "0" }: { readonly env?: Readonly<Record<string, string>>; readonly port?: string } = {},
): Promise<ServerUnderTest> {
  const open = { DISPATCHED_REGISTRATION: "open", ...env };
  const { child, done, says } = startCommand(home, ["serve", "--port", port], open);
  const text = await says(/^ready http\S+\n/m);
  const url = /^ready (http\S+)/m.exec(text)?.[1] ?? "";
  const key = /^server key (dsrv1_\S+)/m.exec(text)?.[1] ?? "";
  const stop = async () => {
    child.kill("SIGTERM");
    await done;
  };
  return { url, port: new URL(url).port, key, stop };
}
