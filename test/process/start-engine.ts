// Starts a real engine in a process of its own, over a home folder of the test.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { Client } from "../../src/client/client.ts";
import { localSession } from "./local-session.ts";

const root = join(import.meta.dirname, "../..");
/** What a user runs. */
const dev: readonly string[] = [join(root, "bin/dispatched"), "dev", "--port", "0"];
/** The same, with what crash tests change. */
const changed: readonly string[] = [process.execPath, join(root, "test/crash/engine-process.ts")];

export interface EngineUnderTest {
  readonly child: ChildProcess;
  readonly client: Client;
  readonly url: string;
  readonly token: string;
  /** Everything that it has written. */
  output(): string;
  readonly ended: Promise<void>;
}

/** `dispatched dev` on a free port. `env`: variables of its own. */
export function startDev(home: string, env: Readonly<Record<string, string>> = {}): Promise<EngineUnderTest> {
  return start(home, dev, env);
}

/** `wrap` is a command that runs the process, such as a tracer. */
export function startEngine(
  home: string,
  args: readonly string[] = [],
  wrap: readonly string[] = [],
): Promise<EngineUnderTest> {
  return start(home, [...wrap, ...changed, ...args]);
}

function start(
  home: string,
  line: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<EngineUnderTest> {
  const [command, ...rest] = line;
  const child = spawn(command as string, rest, {
    env: { ...process.env, DISPATCHED_HOME: home, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk;
      const url = /^ready (http\S+)/m.exec(text)?.[1];
      if (url === undefined) return;
      child.stdout.off("data", hear);
      child.stdout.on("data", (more: Buffer) => {
        text += more;
      });
      const token = localSession(home).token;
      const client = new Client(url, token, { retries: 0 });
      resolve({ child, client, url, token, output: () => text, ended });
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk;
    });
    void ended.then(() => reject(new Error(`the engine ended before it was ready\n${text}`)));
  });
}
