// Compiles each document once, however many engines of however many worlds are started with it.

import { parseWorkflow } from "../language/parse-workflow.ts";

const parsedMax = 200;
const known = new Map<string, ReturnType<typeof parseWorkflow>>();

export function parseOnce(...given: Parameters<typeof parseWorkflow>): ReturnType<typeof parseWorkflow> {
  const [text, format, options] = given;
  const key = `${format} ${options?.stored === true} ${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const parsed = parseWorkflow(...given);
  if (known.size >= parsedMax) known.clear();
  known.set(key, parsed);
  return parsed;
}
