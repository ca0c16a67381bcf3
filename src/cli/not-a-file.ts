// Why a file that somebody named cannot be read, and what may have been meant.

import { readdirSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { closestName } from "../language/shape/closest-name.ts";
import { CliError } from "./cli-error.ts";

/** @param error what the system said */
export function notAFile(path: string, error: unknown): CliError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  const hint = "give the path of a file, or - for standard input";
  if (path === "") return new CliError("usage", "a file without a name cannot be read", hint);
  if (code === "ENOENT") return new CliError("usage", `there is no file ${path}`, nearTo(path) ?? hint);
  if (code === "EISDIR") return new CliError("usage", `${path} is a folder, and no file`, hint);
  return new CliError("usage", `${path} cannot be read (${code})`, hint);
}

/** A file beside it whose name is almost the same; what names end in says little. */
function nearTo(path: string): string | null {
  const folder = dirname(path);
  try {
    const names = readdirSync(folder);
    const meant = closestName(
      parse(path).name,
      names.map((name) => parse(name).name),
    );
    const near = names.find((name) => parse(name).name === meant);
    return near === undefined ? null : `did you mean \`${folder === "." ? near : join(folder, near)}\`?`;
  } catch {
    return `there is no folder ${folder} either`;
  }
}
