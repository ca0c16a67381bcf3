// The hosts that a secret may be sent to: what a list of them may say, and whether it allows an address.

import { DispatchedError } from "../value/problem.ts";

/** Null: anywhere. */
export type AllowedHosts = readonly string[] | null;

const hostsMax = 64;
const hostLengthMax = 253;
/** `api.example.com`, `*.example.com`, `10.0.0.7`, `[::1]`, each with a port or without. */
const rule =
  /^(?:(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/;
/** Nothing in it that parsers of URLs read in different ways (WHATWG URL, section 4.4). */
const address = /^(https?):\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(?:[/?#]|$)/i;

/** The list in lowercase, each host once. Errors: `invalid_secret`. */
export function checkHosts(hosts: readonly string[]): readonly string[] {
  if (hosts.length === 0) throw invalid("`allowed_hosts` is empty, so that the secret could go nowhere");
  if (hosts.length > hostsMax) throw invalid(`\`allowed_hosts\` has more than ${hostsMax} entries`);
  const lower = hosts.map((host) => host.toLowerCase());
  for (const host of lower) {
    // A call has it as its address is written.
    if (isHost(host)) continue;
    throw invalid(notHost(host));
  }
  return [...new Set(lower)];
}

/** True for one host as a rule for calls says it, in lowercase: in another spelling it would hold for none. */
export function isHostRule(host: string): boolean {
  return isHost(host) && hostAsSent(host) === host;
}

/** What is wrong with a host that is none, or that is spelled as no request has it. */
export function notHost(host: string): string {
  const sent = hostAsSent(host.toLowerCase());
  const shown = `\`${host.slice(0, hostLengthMax)}\``;
  if (sent === null || sent === host.toLowerCase() || !isHost(sent)) return `${shown} is not a host`;
  return `${shown} is not how requests name the host: it is \`${sent}\``;
}

function isHost(host: string): boolean {
  return host.length <= hostLengthMax && rule.test(host) && Number(/:(\d+)$/.exec(host)?.[1] ?? 1) <= 65_535;
}

/** As the gates of calls know it: an address in one spelling, a name in ASCII (WHATWG URL, section 4.4). Null for none. */
function hostAsSent(host: string): string | null {
  const parts = /^(\*\.)?([^\s/?#@\\%:[\]]+|\[[0-9a-f:.]+\])(:\d+)?$/.exec(host);
  if (parts === null) return null;
  const [, star = "", name = "", port = ""] = parts;
  const sent = URL.parse(`http://${star === "" ? "" : "x."}${name}`)?.host.replace(/\.$/, "");
  return sent === undefined ? null : `${star}${star === "" ? sent : sent.slice(2)}${port}`;
}

function invalid(message: string): DispatchedError {
  return new DispatchedError("invalid_secret", message, {
    hint: "a host is a name as it stands in a URL, without scheme and path: `api.example.com`, `*.example.com` for all below it, `localhost:8080` for one port",
  });
}

export interface CalledHost {
  readonly host: string;
  readonly port: number;
}

/** In lowercase; null where it cannot be told for certain. */
export function calledHost(url: string): CalledHost | null {
  const found = address.exec(url);
  if (found === null) return null;
  const [, scheme = "", host = "", port] = found;
  const usual = scheme.toLowerCase() === "https" ? 443 : 80;
  return { host: host.toLowerCase(), port: port === undefined ? usual : Number(port) };
}

/** A host without a port allows every port; `*.` allows every name below, and not the name itself. */
export function isAllowed(hosts: AllowedHosts, called: CalledHost | null): boolean {
  if (hosts === null) return true;
  return called !== null && hosts.some((entry) => fits(entry, called));
}

function fits(entry: string, { host, port }: CalledHost): boolean {
  const at = /:\d+$/.exec(entry)?.index ?? entry.length;
  if (at < entry.length && entry.slice(at + 1) !== String(port)) return false;
  const name = entry.slice(0, at);
  return name.startsWith("*.")
    ? host.length > name.length - 1 && host.endsWith(name.slice(1))
    : host === name;
}
