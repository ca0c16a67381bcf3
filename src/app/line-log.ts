// The log as lines of JSON on standard error: ids, codes and times only.

import type { Log, LogLevel } from "../ports/log.ts";

const order: readonly LogLevel[] = ["debug", "info", "warn", "error"];

export class LineLog implements Log {
  readonly #least: number;
  readonly #write: (line: string) => void;

  constructor(least: LogLevel, write: (line: string) => void = (line) => process.stderr.write(line)) {
    this.#least = order.indexOf(least);
    this.#write = write;
  }

  write(
    level: LogLevel,
    event: string,
    fields: Readonly<Record<string, string | number | boolean | null>>,
  ): void {
    if (order.indexOf(level) < this.#least) return;
    this.#write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
  }
}
