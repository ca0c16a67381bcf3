// What the engine tells its operator. Never a payload, a name that a tenant chose, an address or a header.

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Log {
  /** `event` is a fixed dotted name; `fields` hold ids, codes, counts and times only. */
  write(
    level: LogLevel,
    event: string,
    fields: Readonly<Record<string, string | number | boolean | null>>,
  ): void;
}
