// Scripts that mean no good, and an equally niced load that means nothing: what ordinary work is measured beside.

import { type ChildProcess, spawn } from "node:child_process";
import { niceness } from "../src/sandbox/worker-protocol.ts";

/** They never end, fill their memory, or keep an interpreter's C code busy. */
export const hostileScripts: readonly string[] = [
  "while true do end",
  "while true do pcall(error, 'x') end",
  "while true do pcall(function() local t = {} while true do t = { t, {} } end end) end",
  "return ('a'):rep(3000):find(('a-'):rep(30) .. 'b')",
];

/** Two busy processes, as many as the sandbox has and as niced as these, while `work` goes on. */
export async function besideBenign<Result>(work: () => Promise<Result>): Promise<Result> {
  const loop = `require('os').setPriority(${niceness}); for (let n = 0; ; n++) Math.sqrt(n)`;
  const children: readonly ChildProcess[] = [0, 1].map(() =>
    spawn(process.execPath, ["-e", loop], { stdio: "ignore" }),
  );
  try {
    return await work();
  } finally {
    await Promise.all(
      children.map((child) => {
        const exited = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        return exited;
      }),
    );
  }
}
