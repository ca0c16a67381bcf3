// Reads how called hosts are spared: `api.example.com rate=10/1s concurrency=4 breaker=5/30s; *.example.org …`.

import { isHostRule, notHost } from "../engine/allowed-hosts.ts";
import { readBounds } from "../engine/host-bounds.ts";
import type { HostRule } from "../engine/host-rule.ts";
import { DispatchedError } from "../value/problem.ts";

const rulesMax = 1_000;

/** Errors: `invalid_configuration`. */
export function readHosts(text: string | undefined): readonly HostRule[] {
  const rules = (text ?? "").split(";").map((rule) => rule.trim());
  const read = rules.filter((rule) => rule !== "").map(readRule);
  if (read.length > rulesMax) throw invalid("it has more than 1,000 rules");
  return read;
}

function readRule(text: string): HostRule {
  const [host = "", ...words] = text.toLowerCase().split(/\s+/);
  if (!isHostRule(host)) throw invalid(notHost(host));
  const said = new Map<string, string>();
  for (const word of words) {
    const [name = "", value = ""] = word.split("=");
    if (!["rate", "concurrency", "breaker"].includes(name) || said.has(name))
      throw invalid(`\`${word}\` says nothing of ${host}`);
    said.set(name, value);
  }
  if (said.size === 0) throw invalid(`nothing is said of ${host}`);
  const read = readBounds(Object.fromEntries(said));
  if (!read.ok) throw invalid(`of ${host} ${read.problems[0]?.message}`);
  return { host, ...read.bounds };
}

function invalid(message: string): DispatchedError {
  return new DispatchedError("invalid_configuration", `DISPATCHED_HOSTS: ${message}`, {
    hint: "give rules such as: api.example.com rate=10/1s concurrency=4 breaker=5/30s; *.example.org rate=100/1m",
  });
}
