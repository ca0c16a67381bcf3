// Whether a request, with the secrets that it names, may go where it goes.

import { type FilledRequest, secretNames, secretNamesOfAuth } from "../language/fill-request.ts";
import type { RecordedRequest } from "../language/recorded-request.ts";
import type { EvaluationProblem } from "../language/workflow.ts";
import { type AllowedHosts, calledHost, isAllowed } from "./allowed-hosts.ts";
import { maskOf, type Sent } from "./mask.ts";
import { plainNames } from "./secret-values.ts";
import type { OpenSecret } from "./secrets.ts";

interface Called {
  /** The only hosts that the run may call. */
  readonly hosts: AllowedHosts;
  readonly used: readonly OpenSecret[];
  readonly recorded: RecordedRequest;
  readonly filled: FilledRequest;
  readonly sent: Sent;
}

/** The run, and every secret that the request names, must be allowed to go where it goes: those of `oauth2` to its token endpoint. */
export function refuseHost({ hosts, used, recorded, filled, sent }: Called): EvaluationProblem | null {
  if (hosts === null && used.every(({ allowedHosts }) => allowedHosts === null)) return null;
  const tokenUrl = filled.auth?.type === "oauth2" ? filled.auth.texts["token_url"] : undefined;
  if (tokenUrl === undefined) return refuse(hosts, used, filled.url, sent);
  const [ofCall, ofToken] = [secretNames({ ...recorded, auth: null }), secretNamesOfAuth(recorded)].map(
    (names) => {
      const plain = plainNames(names);
      return used.filter(({ name }) => plain.includes(name));
    },
  );
  return refuse(hosts, ofCall ?? [], filled.url, sent) ?? refuse(hosts, ofToken ?? [], tokenUrl, sent);
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
