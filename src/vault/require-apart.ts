// Refuses folders that lie in each other: a backup of the data must never carry the keys along.

import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { DispatchedError } from "../value/problem.ts";

/** `invalid_configuration` when one folder is the other or lies in it, symbolic links followed. Neither needs to exist. */
export function requireApart(keysFolder: string, dataFolder: string): void {
  const keys = realPath(resolve(keysFolder));
  const data = realPath(resolve(dataFolder));
  if (!contains(keys, data) && !contains(data, keys)) return;
  throw new DispatchedError(
    "invalid_configuration",
    `The keys folder ${keys} and the data folder ${data} lie in each other.`,
    { hint: "Keep them apart, so that a copy of the data does not carry the key that opens it." },
  );
}

function contains(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && resolve(outer, way) !== way);
}

/** The real path of the part that exists, followed by the rest. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
