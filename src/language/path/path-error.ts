// What is wrong with the text of an expression.

/** Thrown within the parser only: `parsePath` returns it as data. */
export class PathError extends Error {
  readonly code: string;
  readonly fix: string | null;
  /** Offset in the text and characters to underline. */
  readonly at: number;
  readonly length: number;

  constructor(code: string, message: string, at: number, length: number, fix: string | null = null) {
    super(message);
    this.name = "PathError";
    this.code = code;
    this.fix = fix;
    this.at = at;
    this.length = Math.max(1, length);
  }
}
