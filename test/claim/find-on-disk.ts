// Searches everything that a process left on the disk, and wrote, for values in whatever form.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formsOf } from "./forms-of.ts";

/** Without the credentials of devices, which are kept where the data are not. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "credentials.json")
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Names of the values that stand somewhere. */
export function findOnDisk(
  folder: string,
  output: string,
  values: Readonly<Record<string, string>>,
): readonly string[] {
  const haystacks = [...filesIn(folder).map((file) => readFileSync(file)), Buffer.from(output)];
  return Object.entries(values)
    .filter(([, value]) => formsOf(value).some((form) => haystacks.some((bytes) => bytes.includes(form))))
    .map(([name]) => name);
}
