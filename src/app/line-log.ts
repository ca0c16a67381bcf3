// The log on standard error: lines of JSON for programs, short lines for people. Ids, codes and times only.

import type { Log, LogLevel } from "../ports/log.ts";
import { shownText } from "../value/shown-text.ts";

const order: readonly LogLevel[] = ["debug", "info", "warn", "error"];

type Fields = Parameters<Log["write"]>[2];

export interface LineLogOptions {
  /** Short lines, as a terminal shows them. Default false. */
  readonly human?: boolean;
  /** Takes each line with its line break. Default: standard error. */
  readonly write?: (line: string) => void;
}

export class LineLog implements Log {
  readonly #least: number;
  readonly #human: boolean;
  readonly #write: (line: string) => void;

  constructor(least: LogLevel, options: LineLogOptions = {}) {
    this.#least = order.indexOf(least);
    this.#human = options.human ?? false;
    this.#write = options.write ?? ((line) => process.stderr.write(line));
  }

  write(level: LogLevel, event: string, fields: Fields): void {
    if (order.indexOf(level) < this.#least) return;
    const at = new Date().toISOString();
    const line = this.#human
      ? humanLine(at, level, event, fields)
      : JSON.stringify({ ...fields, at, level, event });
    this.#write(`${line}\n`);
  }
}

/** `08:15:03Z warn  run.quarantined  run=run_… reason=internal`. */
function humanLine(at: string, level: LogLevel, event: string, fields: Fields): string {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return shownText(`${at.slice(11, 19)}Z ${level.padEnd(5)} ${event}  ${pairs.join(" ")}`.trimEnd());
}
