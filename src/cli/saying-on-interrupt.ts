// Ctrl-C while something goes on elsewhere: says what becomes of it, and ends.

import { shownText } from "../value/shown-text.ts";

/** Ended by Ctrl-C, as a shell tells it. */
export const interruptedCode = 130;

/** @param clear what is to be done before `line` is said */
export async function sayingOnInterrupt<Result>(
  line: string,
  act: () => Promise<Result>,
  clear: () => void = () => {},
): Promise<Result> {
  const stop = () => {
    clear();
    process.stderr.write(`${shownText(line)}\n`);
    process.exit(interruptedCode);
  };
  process.once("SIGINT", stop);
  try {
    return await act();
  } finally {
    process.removeListener("SIGINT", stop);
  }
}
