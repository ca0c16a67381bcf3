// The files of a folder that are workflows by their names.

import { readdirSync } from "node:fs";
import { join } from "node:path";

/** `.yaml`, `.yml` and `.json`, in folders below too, but not those of tests (`.test.`), and nothing hidden. */
export function workflowFilesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        /\.(?:ya?ml|json)$/.test(name) && !/\.test\.\w+$|(?:^|[\\/])(?:\.|node_modules[\\/])/.test(name),
    )
    .sort()
    .map((name) => join(folder, name));
}
