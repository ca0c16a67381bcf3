// The files of a folder that are workflows by their names.

import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * `.yaml`, `.yml` and `.json`, in folders below too, but not those of tests (`.test.`), and nothing hidden.
 * @param onUnreadable called for a folder that cannot be read, in the place of throwing what the system said
 */
export function workflowFilesIn(
  folder: string,
  onUnreadable: (folder: string, error: unknown) => void = (_, error) => {
    throw error;
  },
): readonly string[] {
  const found: string[] = [];
  /** @param above real paths of the folders that it is in: a link that leads to one of them leads nowhere new */
  const walk = (path: string, above: readonly string[]): void => {
    try {
      const real = realpathSync(path);
      if (above.includes(real)) return;
      for (const name of readdirSync(path)) {
        if (name.startsWith(".") || name === "node_modules") continue;
        const below = join(path, name);
        if (isFolder(below)) walk(below, [...above, real]);
        else if (/\.(?:ya?ml|json)$/.test(name) && !/\.test\.\w+$/.test(name)) found.push(below);
      }
    } catch (error) {
      onUnreadable(path, error);
    }
  };
  walk(folder, []);
  return found.sort();
}

/** Also by a link. What is not there, as behind a dangling link, is none. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
