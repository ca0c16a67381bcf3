// Whether a sender signed what it sent to a hook, as `verify` of the workflow's http trigger says.

import type { VerifyRule } from "../language/workflow.ts";
import type { Vault } from "../ports/vault.ts";
import type { TriggerData } from "../run/event.ts";
import { bytesOfBase64Url } from "../value/base64-url.ts";
import { DispatchedError } from "../value/problem.ts";

const encoder = new TextEncoder();
/** More than one signature may stand in a header, while a sender changes its secret. */
const signaturesMax = 16;

/**
 * Judges over the bytes that came; the time of what is signed with one is compared with when it came, which may be long
 * before it is judged. Errors: `signature_invalid`.
 */
export function judgeSignature(
  vault: Vault,
  rule: VerifyRule,
  secret: string,
  { headers, rawBody }: TriggerData,
  receivedAt: number,
): void {
  const given = headers[rule.header];
  if (given === undefined || rawBody === null) throw invalid(`the header \`${rule.header}\` is missing`);
  let signed = rawBody;
  if (rule.timestamp !== null) {
    const at = headers[rule.timestamp.header] ?? "";
    judgeTime(at, rule.timestamp, receivedAt);
    signed = `${at}.${rawBody}`;
  }
  const message = encoder.encode(signed);
  const candidates = given.split(",", signaturesMax).map((one) => one.trim());
  const macs = candidates.flatMap((one) =>
    one.startsWith(rule.prefix) ? [one.slice(rule.prefix.length)] : [],
  );
  // Each is compared, so that the time tells nothing of which one fits.
  const fitting = macs.filter((text) => {
    const mac = rule.encoding === "hex" ? bytesOfHex(text) : bytesOfBase64(text);
    return vault.isMac(rule.algorithm, secret, message, mac ?? new Uint8Array(0));
  });
  if (fitting.length === 0) throw invalid("the signature does not fit the body");
}

function judgeTime(
  text: string,
  { header, toleranceMs }: NonNullable<VerifyRule["timestamp"]>,
  receivedAt: number,
): void {
  if (!/^\d{1,12}$/.test(text)) throw invalid(`the header \`${header}\` holds no time in seconds since 1970`);
  if (Math.abs(Number(text) * 1_000 - receivedAt) > toleranceMs) {
    throw invalid(`the time in \`${header}\` is too far from that of its arrival`);
  }
}

function bytesOfHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}

/** With padding or without (RFC 4648, section 4). */
function bytesOfBase64(text: string): Uint8Array | null {
  return bytesOfBase64Url(text.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_"));
}

function invalid(message: string): DispatchedError {
  return new DispatchedError("signature_invalid", message, {
    hint: "`verify` of the workflow's http trigger says how requests to its hooks are signed",
  });
}
