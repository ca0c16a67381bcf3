// A thread of the evaluating process that ends it with its parent: an evaluation that never returns hears nothing.

import { workerData } from "node:worker_threads";

const intervalMs = 500;
const parent = workerData as number;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}, intervalMs);
