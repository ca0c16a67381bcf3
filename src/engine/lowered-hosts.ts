// Hosts of addresses with a secret in them, as the engine and the network name them: in lowercase and without a dot at the end, where
// no value is found as it is.

import { maskedPartMin } from "./mask.ts";

const hostOf = /^https?:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)/i;

/** @param values of secrets; @param urls as they are called */
export function loweredHosts(
  values: Iterable<string>,
  urls: readonly (string | undefined)[],
): readonly string[] {
  const long = [...values].filter(({ length }) => length >= maskedPartMin);
  return urls.flatMap((url) => {
    const host = hostOf.exec(url ?? "")?.[1] ?? "";
    if (!long.some((value) => host.includes(value))) return [];
    const lower = host.toLowerCase();
    return [...new Set([lower, lower.replace(/\.$/, "")])].filter((named) => named !== host);
  });
}
