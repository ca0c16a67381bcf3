// A process of the benchmark: started, waited for, measured, ended.

import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Started {
  readonly child: ChildProcess;
  /** What its ready line says after `ready `. */
  readonly ready: string;
}

/** Starts a command and waits for its line that begins `ready `. */
export function start(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // Nothing is left behind when the benchmark fails.
  process.once("exit", () => child.kill("SIGKILL"));
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk;
      const found = /^ready (\S+)/m.exec(text);
      if (found !== null) resolve({ child, ready: found[1] ?? "" });
    });
    child.on("exit", (code) => reject(new Error(`${command} ended with ${code} before it was ready`)));
  });
}

export function stop({ child }: Started): Promise<void> {
  return new Promise((resolve) => {
    child.on("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

const ticksPerSecond = 100;

/** CPU seconds that the process and its threads have used (proc_pid_stat(5), fields 14 and 15). */
export function cpuSeconds({ child }: Started): number {
  const text = readFileSync(`/proc/${child.pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Milliseconds that its threads were ready and had no processor (the second figure of each schedstat): others' work. */
export function waitedMs({ child }: Started): number {
  const threads = `/proc/${child.pid}/task`;
  let sum = 0;
  for (const thread of readdirSync(threads)) {
    sum += Number(readFileSync(`${threads}/${thread}/schedstat`, "utf8").split(" ")[1]);
  }
  return Math.round(sum / 1e6);
}

/** Resident memory in MB (proc_pid_status(5), VmRSS). */
export function residentMb({ child }: Started): number {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  return Math.round(Number(found?.[1] ?? 0) / 1024);
}
