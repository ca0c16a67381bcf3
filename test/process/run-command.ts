// Runs a command line as a user does, in a process of its own.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";

const executable = join(import.meta.dirname, "../../bin/dispatched");

export interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly done: Promise<Done>;
  /** Everything that it has written to standard output. */
  out(): string;
  /** Resolves when that fits; rejects when it has ended without. */
  says(what: RegExp): Promise<string>;
}

export function startCommand(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(executable, args, { env: { ...process.env, DISPATCHED_HOME: home, ...env } });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    err += chunk;
  });
  const done = new Promise<Done>((resolve) => child.on("close", (code) => resolve({ code, out, err })));
  const says = (what: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (!what.test(out)) return;
        child.stdout.off("data", look);
        resolve(out);
      };
      child.stdout.on("data", look);
      look();
      void done.then(() => reject(new Error(`it ended without saying ${what}\n${out}\n${err}`)));
    });
  return { child, done, out: () => out, says };
}

export function runCommand(
  home: string,
  args: readonly string[],
  { input = "", env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Done> {
  const { child, done } = startCommand(home, args, env);
  // It may have ended without reading.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return done;
}

/** With a person before it, who types `typed` when asked `(y/N)`, once `meanwhile` has happened. */
export function typeCommand(
  home: string,
  args: readonly string[],
  typed: string,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<Done> {
  const program = join(import.meta.dirname, "as-on-a-terminal.ts");
  const env = { ...process.env, DISPATCHED_HOME: home, NO_COLOR: "1" };
  const child = spawn(process.execPath, [program, ...args], { env });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  let asked = false;
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    err += chunk;
    if (asked || !err.includes("(y/N)")) return;
    asked = true;
    meanwhile().then(
      () => child.stdin.end(typed),
      (error: Error) => child.emit("error", error),
    );
  });
  child.stdin.on("error", () => {});
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** Each in its turn, in one process that has no terminal to read from. */
export async function runCommands(
  home: string,
  lines: readonly (readonly string[])[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Done[]> {
  const program = join(import.meta.dirname, "many-commands.ts");
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, DISPATCHED_HOME: home, ...env },
  });
  child.stdin.end(JSON.stringify(lines));
  const texts: [string, string] = ["", ""];
  [child.stdout, child.stderr].forEach((stream, index) => {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      texts[index as 0 | 1] += chunk;
    });
  });
  await new Promise((resolve) => child.on("close", resolve));
  if (texts[0] === "") throw new Error(texts[1]);
  return JSON.parse(texts[0]) as readonly Done[];
}
