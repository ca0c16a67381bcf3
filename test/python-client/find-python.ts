// The Python that can run the client in Python.

import { spawnSync } from "node:child_process";

/** Other Pythons may stand before the one that the system's packages are for. */
const names = ["python3", "/usr/bin/python3", "python"];

/** Null when there is none that has the package `cryptography`. */
export function findPython(): string | null {
  const named = process.env["DISPATCHED_PYTHON"];
  const tried = named === undefined ? names : [named];
  return tried.find((name) => spawnSync(name, ["-c", "import cryptography"]).status === 0) ?? null;
}

export const noPython =
  "there is no Python with the package cryptography. Install it (Debian: apt-get install python3-cryptography, " +
  "elsewhere: pip install cryptography), or name the Python that has it in DISPATCHED_PYTHON";
