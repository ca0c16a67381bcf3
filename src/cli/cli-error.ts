// An error as the terminal tells it: what happened, and what to do next.

export class CliError extends Error {
  readonly code: string;
  readonly hint: string | null;

  constructor(code: string, message: string, hint: string | null = null) {
    super(message);
    this.name = "CliError";
    this.code = code;
    this.hint = hint;
  }
}
