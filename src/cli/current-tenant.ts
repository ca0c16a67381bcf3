// The tenant by which commands act when none is named, and that it is another one now.

import { readCredentials } from "../app/credentials.ts";
import { homeOf } from "../app/home-of.ts";
import type { TenantId } from "../value/id.ts";
import type { Terminal } from "./terminal.ts";

/** Null when there is none. Never fails: what is wrong with the file is told by what needs it. */
export function currentTenant(): TenantId | null {
  try {
    return readCredentials(homeOf(process.env)).current;
  } catch {
    return null;
  }
}

/** One line, and on standard error with `--json`; nothing where it is as it was, or there was none. */
export function tellCurrent(terminal: Terminal, before: TenantId | null, now: TenantId): void {
  if (before === null || before === now) return;
  const line = `current tenant is now ${now} (was ${before}); go back: dispatched login --tenant ${before}`;
  if (terminal.json) process.stderr.write(`${line}\n`);
  else terminal.line(line);
}
