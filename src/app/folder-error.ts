// A folder or file that cannot be used, as an error that says which and what to do.

import { DispatchedError } from "../value/problem.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not use it",
  EPERM: "this user may not use it",
  EROFS: "it is on a read-only file system",
  ENOENT: "the system makes no folder there",
  ENOTDIR: "a part of the path is no folder",
  EEXIST: "it is a file, not a folder",
  ENOSPC: "the disk is full",
  EMFILE: "too many files are open",
};

/** `invalid_configuration` for an error of the file system (its `path` and `code` are known); any other error as it is. */
export function folderError(error: unknown): unknown {
  if (error instanceof DispatchedError || !(error instanceof Error)) return error;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined) return error;
  return new DispatchedError("invalid_configuration", `${path}: ${reasons[code] ?? code}`, {
    hint: "name another folder with --data, or another home with DISPATCHED_HOME",
    cause: error,
  });
}
