// What the caller of a hook is told of a refusal: its code, and no word of the tenant's.

import type { SchemaProblem } from "../language/schema.ts";
import { catalogue, DispatchedError, type ErrorCode } from "../value/problem.ts";

/** Why a signature cannot be judged that may be right. */
const ofSecret: ReadonlySet<ErrorCode> = new Set(["secret_not_found", "invalid_secret"]);
const hint =
  "the owner of the hook reads why: `dispatched hook deliveries HOOK`, `dispatched replay DELIVERY`";

/**
 * Messages name workflows, secrets, headers and members of schemas: who only has the address of a hook is told none of
 * them. Their owner reads the code in the delivery, and the message when it is sent again.
 * @param isDelivered the delivery has the reason
 */
export function toldToSender(error: unknown, isDelivered: (code: ErrorCode) => boolean): unknown {
  if (!(error instanceof DispatchedError)) return error;
  const { retryable, extra } = error;
  const isOfSecret = ofSecret.has(error.code);
  const code = isOfSecret ? "signature_invalid" : error.code;
  const message = isOfSecret ? "the signature cannot be judged here" : asDetail(catalogue[code].title);
  const problems = extra["problems"] as readonly SchemaProblem[] | undefined;
  return new DispatchedError(code, message, {
    retryable,
    cause: error,
    ...(isDelivered(error.code) ? { hint } : {}),
    extra: problems === undefined ? {} : { problems: problems.map(withoutWords) },
  });
}

/** The place is one of the body that came; the message may quote the schema. */
function withoutWords({ pointer, keyword }: SchemaProblem): SchemaProblem {
  return { pointer, keyword, message: `does not fit \`${keyword}\` of the schema` };
}

function asDetail(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}
