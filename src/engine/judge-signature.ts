// Whether a sender signed what it sent to a hook, as `verify` of the workflow's http trigger says.

import type { VerifyRule } from "../language/workflow.ts";
import type { Vault } from "../ports/vault.ts";
import type { TriggerData } from "../run/event.ts";
import { DispatchedError } from "../value/problem.ts";
import { readSigned, type SignedRequest, signingKeyOf } from "./sender-schemes.ts";

export interface SignedDelivery {
  /** What names the delivery; null for nothing. */
  readonly delivery: string | null;
  /** With it the sender asks whether the address is ours: it is answered with this, and starts nothing. */
  readonly challenge: string | null;
}

/**
 * Judges over the bytes that came; the time of what is signed with one is compared with when it came, which may be long
 * before it is judged. Errors: `signature_invalid`, `invalid_secret`.
 */
export function judgeSignature(
  vault: Vault,
  rule: VerifyRule,
  secret: string,
  { headers, body, rawBody }: TriggerData,
  receivedAt: number,
): SignedDelivery {
  const read = readSigned(rule, { headers, body, rawBody: rawBody ?? "" });
  if (typeof read === "string") throw invalid(`the header \`${read}\` is missing`);
  if (read.time !== null) judgeTime(read.time, receivedAt);
  const key = signingKeyOf(rule, secret);
  if (key === null) throw badSecret(rule);
  const message = new TextEncoder().encode(read.message);
  // Each is compared, so that the time tells nothing of which one fits.
  const fitting = read.macs.filter((mac) =>
    vault.isMac(read.algorithm, key, message, mac ?? new Uint8Array(0)),
  );
  const [mac] = fitting;
  if (mac == null) throw invalid("the signature does not fit the body");
  return { delivery: read.delivery(mac), challenge: read.challenge ?? null };
}

function judgeTime(
  { text, header, toleranceMs }: NonNullable<SignedRequest["time"]>,
  receivedAt: number,
): void {
  if (!/^\d{1,12}$/.test(text)) throw invalid(`the header \`${header}\` holds no time in seconds since 1970`);
  if (Math.abs(Number(text) * 1_000 - receivedAt) > toleranceMs) {
    throw invalid(`the time in \`${header}\` is too far from that of its arrival`);
  }
}

function badSecret({ secret, type }: VerifyRule): DispatchedError {
  return new DispatchedError(
    "invalid_secret",
    `the secret ${secret} is not written as such a sender gives it`,
    {
      hint: `store it as the sender shows it: \`verify\` says that it is of the type ${type}`,
    },
  );
}

function invalid(message: string): DispatchedError {
  return new DispatchedError("signature_invalid", message, {
    hint: "`verify` of the workflow's http trigger says how requests to its hooks are signed: by the secret as it is now, also what came before",
  });
}
