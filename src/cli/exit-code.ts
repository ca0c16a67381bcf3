// Exit codes: a run's outcome, or what went wrong.

export const exitCode = {
  completed: 0,
  failed: 1,
  usage: 2,
  invalidDocument: 3,
  signIn: 4,
  notFound: 5,
  timedOut: 6,
  cancelled: 7,
  unreachable: 8,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export function exitCodeOfRun(status: string): ExitCode {
  if (status === "completed") return exitCode.completed;
  if (status === "timed_out") return exitCode.timedOut;
  return status === "cancelled" ? exitCode.cancelled : exitCode.failed;
}

const signInCodes: ReadonlySet<string> = new Set([
  "unauthenticated",
  "handshake_refused",
  "server_not_trusted",
  "server_rolled_back",
  "registration_closed",
  "wrong_key",
]);

/** Of what was given on the command line. */
const usageCodes: ReadonlySet<string> = new Set([
  "usage",
  "invalid_query",
  "invalid_header",
  "invalid_json",
  "json_too_deep",
  "number_out_of_range",
  "unsafe_key",
]);

export function exitCodeOfError(code: string): ExitCode {
  if (code === "unreachable") return exitCode.unreachable;
  if (signInCodes.has(code)) return exitCode.signIn;
  if (code === "invalid_document") return exitCode.invalidDocument;
  if (usageCodes.has(code)) return exitCode.usage;
  return code.endsWith("not_found") || code.endsWith("_unknown") ? exitCode.notFound : exitCode.failed;
}
