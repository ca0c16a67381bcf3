// Reads how called hosts are spared: `api.example.com rate=10/1s concurrency=4 breaker=5/30s; *.example.org …`.

import { isHostRule } from "../engine/allowed-hosts.ts";
import type { HostRule } from "../engine/host-rule.ts";
import { parseDuration } from "../value/duration.ts";
import { DispatchedError } from "../value/problem.ts";

const rulesMax = 1_000;
const countMax = 10_000;
const timeMsMax = 3_600_000;

/** Errors: `invalid_configuration`. */
export function readHosts(text: string | undefined): readonly HostRule[] {
  const rules = (text ?? "").split(";").map((rule) => rule.trim());
  const read = rules.filter((rule) => rule !== "").map(readRule);
  if (read.length > rulesMax) throw invalid("it has more than 1,000 rules");
  return read;
}

function readRule(text: string): HostRule {
  const [host = "", ...words] = text.toLowerCase().split(/\s+/);
  if (!isHostRule(host)) throw invalid(`\`${host}\` is not a host`);
  const said = new Map<string, string>();
  for (const word of words) {
    const [name = "", value = ""] = word.split("=");
    if (!["rate", "concurrency", "breaker"].includes(name) || said.has(name))
      throw invalid(`\`${word}\` says nothing of ${host}`);
    said.set(name, value);
  }
  if (said.size === 0) throw invalid(`nothing is said of ${host}`);
  const rate = pairOf(said.get("rate"), host);
  const breaker = pairOf(said.get("breaker"), host);
  const concurrency = said.get("concurrency");
  return {
    host,
    rate: rate === null ? null : { calls: rate.count, perMs: rate.ms },
    concurrency: concurrency === undefined ? null : countOf(concurrency, host),
    breaker: breaker === null ? null : { failures: breaker.count, openMs: breaker.ms },
  };
}

/** `10/1s`: a count and a time. */
function pairOf(
  text: string | undefined,
  host: string,
): { readonly count: number; readonly ms: number } | null {
  if (text === undefined) return null;
  const [count = "", time = ""] = text.split("/");
  const ms = parseDuration(time) ?? 0;
  if (ms >= 1 && ms <= timeMsMax) return { count: countOf(count, host), ms };
  throw invalid(`\`${text}\` of ${host} is not a number and a time up to 1h`);
}

function countOf(text: string, host: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= countMax) return count;
  throw invalid(`\`${text}\` of ${host} is not a number from 1 to 10,000`);
}

function invalid(message: string): DispatchedError {
  return new DispatchedError("invalid_configuration", `DISPATCHED_HOSTS: ${message}`, {
    hint: "give rules such as: api.example.com rate=10/1s concurrency=4 breaker=5/30s; *.example.org rate=100/1m",
  });
}
