// A server in this process: until it is told to stop, or can do nothing more.

import type { Dispatched } from "../app/open-dispatched.ts";
import { exitCode } from "./exit-code.ts";

/** What hangs while it is closed must not keep a process that can do nothing more from being started again. */
const closeMaxMs = 30_000;

/** `open` is given what to call when this process must end. Resolves with the exit code; where it must, it ends the process. */
export async function runUntilStopped(open: (onFenced: () => void) => Promise<Dispatched>): Promise<number> {
  const { promise: stopped, resolve } = Promise.withResolvers<"asked" | "fenced">();
  let asked = 0;
  const stop = () => {
    asked++;
    // A second signal does not wait: nothing is lost by that, the runs go on at the next start.
    if (asked > 1) process.exit(exitCode.failed);
    resolve("asked");
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const dispatched = await open(() => resolve("fenced"));
  if ((await stopped) === "asked") {
    await dispatched.close();
    return exitCode.completed;
  }
  setTimeout(() => process.exit(exitCode.failed), closeMaxMs).unref();
  try {
    await dispatched.close();
  } finally {
    process.exit(exitCode.failed);
  }
}
