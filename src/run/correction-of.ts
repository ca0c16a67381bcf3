// What is to be put right before a run goes again, where going again alone would fail in the same way.

import type { Failure } from "./failure.ts";

/** Statuses of 4xx that may be others at another time: RFC 9110, section 15.5; RFC 4918; RFC 6585; RFC 8470. */
const passing: ReadonlySet<number> = new Set([408, 409, 423, 425, 429]);

const ofCodes: Readonly<Record<string, string>> = {
  secret_not_found: "dispatched secret set NAME",
  secret_deleted: "dispatched secret set NAME",
  secret_missing: "dispatched secret set NAME",
  secret_not_readable: "dispatched secret set NAME",
  secret_host_not_allowed: "if the host is right, dispatched secret set NAME --allow-host HOST",
  host_not_granted: "if the host is right, dispatched grant create WORKFLOW --allow-host HOST",
  workflow_host_not_allowed:
    "if it may call the host, add it to the rule (dispatched host set HOST --workflow WORKFLOW)",
};

const ofStatuses: Readonly<Record<number, string>> = {
  401: "correct the credentials that are sent",
  403: "correct the credentials that are sent, or what they may do",
  404: "correct the address, or put there what is asked for",
  410: "correct the address",
};

/** The beginning of a sentence; null where another attempt may go well. */
export function correctionOf({ kind, code, status, message }: Failure): string | null {
  if (Object.hasOwn(ofCodes, code)) return named(ofCodes[code] as string, message);
  if (kind === "blocked" || kind === "request") return `correct it (dispatched docs ${code})`;
  if (kind !== "status" || status === null || status < 400 || status > 499 || passing.has(status))
    return null;
  return ofStatuses[status] ?? "correct what was sent, by another body or version";
}

/** The messages of these codes name the secret. */
function named(correction: string, message: string): string {
  const { name } = /\bsecret (?<name>[A-Z][A-Z0-9_]*)\b/.exec(message)?.groups ?? {};
  return name === undefined ? correction : correction.replace("NAME", name);
}
