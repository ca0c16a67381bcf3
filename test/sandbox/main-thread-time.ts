// The processor time that the main threads of this process's children have spent: no busy machine adds to it.

import { readFileSync } from "node:fs";

/** Fields of /proc/PID/stat count in hundredths of a second, on every Linux (proc(5), USER_HZ). */
const tickMs = 10;

/** From when it is made. Children that start later are not looked at. */
export class MainThreadTime {
  readonly #before: ReadonlyMap<number, number>;

  constructor() {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ");
    const times = children.flatMap((child): [number, number][] => {
      const ms = child.trim() === "" ? null : timeOf(Number(child));
      return ms === null ? [] : [[Number(child), ms]];
    });
    this.#before = new Map(times);
  }

  /**
   * Milliseconds, of the child that spent most. One that was killed can be read as long as this process has not gone
   * back to its loop; null when it has, and none is left to be looked at.
   */
  get mostMs(): number | null {
    let most: number | null = null;
    for (const [child, before] of this.#before) {
      const now = timeOf(child);
      if (now !== null) most = Math.max(most ?? 0, now - before);
    }
    return most;
  }
}

/** Null for a process that is gone. */
function timeOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, "utf8");
    // The command before them may have spaces and brackets in it: `utime` and `stime` are the 12th and 13th behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return null;
  }
}
