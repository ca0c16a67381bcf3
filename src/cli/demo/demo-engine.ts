// The engine of the demo: a real `dispatched dev` in a process of its own, which can be killed.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCredentials } from "../../app/credentials.ts";
import { StoredSession } from "../../app/stored-session.ts";
import { Client } from "../../client/client.ts";
import { CliError } from "../cli-error.ts";

const startMaxMs = 15_000;

export class DemoEngine {
  readonly #home: string;
  readonly #port: number;
  #child: ChildProcess | null = null;

  constructor(home: string, port: number) {
    this.#home = home;
    this.#port = port;
  }

  /** Starts it, or starts it again over the same data. */
  async start(): Promise<Client> {
    // Sources run as they are; in the package all is bundled into files of one folder.
    const main = import.meta.url.endsWith(".ts") ? "../main.ts" : "main.js";
    const entry = fileURLToPath(new URL(main, import.meta.url));
    // It must not take the workflows of whoever looks at the demo.
    const args = ["--port", String(this.#port), "--workflows", join(this.#home, "workflows")];
    const child = spawn(process.execPath, [entry, "dev", ...args], {
      cwd: this.#home,
      env: { ...process.env, DISPATCHED_HOME: this.#home, DISPATCHED_DATA: undefined },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    await ready(child);
    const [tenant] = readCredentials(this.#home).tenants;
    if (tenant === undefined) throw new CliError("demo_failed", "the engine made no credentials");
    return new Client(tenant.url, new StoredSession(this.#home, tenant), { retries: 0 });
  }

  /** As a crash does it: no warning, no clean-up. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** Without waiting, where the process that shows the demo ends at once. */
  abandon(): void {
    this.#child?.kill("SIGKILL");
  }

  #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.kill(signal);
    });
  }
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string) => reject(new CliError("demo_failed", `the engine ${why}\n${output}`));
    const timer = setTimeout(() => fail("did not get ready in time"), startMaxMs);
    const hear = (chunk: Buffer) => {
      output += chunk;
      if (!/^ready http/m.test(output)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
}
