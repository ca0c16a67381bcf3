// The Python that the tests of the client in Python run: without one they fail, and say what to do.

import { findPython, noPython } from "./find-python.ts";

export function needPython(): string {
  const python = findPython();
  if (python === null) throw new Error(noPython);
  return python;
}
