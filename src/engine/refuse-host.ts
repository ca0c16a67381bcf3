// Whether a request, with the secrets that it names, may go where it goes.

import { type FilledRequest, secretNames, secretNamesOfAuth } from "../language/fill-request.ts";
import { lateSource } from "../language/late-lua.ts";
import type { RecordedRequest, RecordedText } from "../language/recorded-request.ts";
import type { EvaluationProblem } from "../language/workflow.ts";
import { type AllowedHosts, calledHost, isAllowed } from "./allowed-hosts.ts";
import { loweredHosts } from "./lowered-hosts.ts";
import { maskOf, type Sent } from "./mask.ts";
import { plainNames } from "./plain-names.ts";
import type { OpenSecret } from "./secrets.ts";

interface Called {
  /** The only hosts that the run may call. */
  readonly hosts: AllowedHosts;
  readonly used: readonly OpenSecret[];
  readonly recorded: RecordedRequest;
}

/** The run, and every secret that the request names, must be allowed to go where it goes: those of `oauth2` to its token endpoint. */
export function refuseHost(
  called: Called,
  { url, auth }: Pick<FilledRequest, "url" | "auth">,
  sent: Sent,
): EvaluationProblem | null {
  const tokenUrl = auth?.type === "oauth2" ? auth.texts["token_url"] : undefined;
  return isAnywhere(called) ? null : refuseAddresses(called, url, tokenUrl, sent);
}

/**
 * The same before anything else is made of the secrets. Whether Lua gives up on a value, or a request with it is too large, tells
 * of it: that may be found out by a call to its hosts only. Where Lua with a secret makes the address, no host is known.
 */
export function refuseUnfilled(
  called: Called,
  values: Sent["values"],
  hidden: Sent["values"],
): EvaluationProblem | null {
  if (isAnywhere(called)) return null;
  const { url, auth } = called.recorded;
  const tokenText = auth?.type === "oauth2" ? auth.texts["token_url"] : undefined;
  const address = addressIn(url, values);
  const tokenUrl = tokenText === undefined ? undefined : addressIn(tokenText, values);
  const sent = { values: hidden, made: loweredHosts(hidden.values(), [address, tokenUrl]) };
  return refuseAddresses(called, address, tokenUrl, sent);
}

/** As far as the host goes; empty where Lua may have a part in that. */
function addressIn(text: RecordedText, values: Sent["values"]): string {
  const parts = typeof text === "string" ? [text] : text;
  const late = parts.findIndex((part) => typeof part !== "string" && lateSource(part.secret) !== null);
  const known = (late < 0 ? parts : parts.slice(0, late))
    .map((part) => (typeof part === "string" ? part : (values.get(part.secret) ?? "")))
    .join("");
  return late < 0 || /^https?:\/\/[^/?#]+[/?#]/i.test(known) ? known : "";
}

function isAnywhere({ hosts, used }: Called): boolean {
  return hosts === null && used.every(({ allowedHosts }) => allowedHosts === null);
}

function refuseAddresses(
  { hosts, used, recorded }: Called,
  url: string,
  tokenUrl: string | undefined,
  sent: Sent,
): EvaluationProblem | null {
  if (tokenUrl === undefined) return refuse(hosts, used, url, sent);
  const [ofCall, ofToken] = [secretNames({ ...recorded, auth: null }), secretNamesOfAuth(recorded)].map(
    (names) => {
      const plain = plainNames(names);
      return used.filter(({ name }) => plain.includes(name));
    },
  );
  return refuse(hosts, ofCall ?? [], url, sent) ?? refuse(hosts, ofToken ?? [], tokenUrl, sent);
}

function refuse(
  hosts: AllowedHosts,
  used: readonly OpenSecret[],
  url: string,
  sent: Sent,
): EvaluationProblem | null {
  const called = calledHost(url);
  const host = called === null ? "an address whose host cannot be told" : `${called.host}:${called.port}`;
  const shown = maskOf(sent)?.(host) ?? host;
  if (!isAllowed(hosts, called)) {
    return {
      code: "host_not_granted",
      message: `the grant that let the run start does not name ${shown}`,
    };
  }
  const refused = used.find(({ allowedHosts }) => !isAllowed(allowedHosts, called));
  if (refused === undefined) return null;
  return {
    code: "secret_host_not_allowed",
    message: `the secret ${refused.name} may not be sent to ${shown}`,
  };
}
