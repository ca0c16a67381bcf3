// The server's settings as they are in force, in the words of their variables; no secret is among them.

import type { Configuration } from "../app/configuration.ts";
import { writeBounds } from "../engine/host-bounds.ts";
import { formatDuration } from "../value/duration.ts";

/** Of the invitation it says only, by `registration`, that there is one. Folders are looked at elsewhere. */
export function settingsInForce(configuration: Configuration) {
  const { port, publicUrl, registration, hosts, sessionMs, epochRetentionMs, rate } = configuration;
  const { allowedRanges, trustedProxies, http2 } = configuration;
  return {
    port,
    public_url: publicUrl,
    registration,
    hosts: hosts.map(({ host, ...bounds }) => ({ host, ...writeBounds(bounds) })),
    session: formatDuration(sessionMs),
    epoch_retention: formatDuration(epochRetentionMs),
    rate_limit: rate === null ? "off" : `${rate.quota}/${rate.windowSeconds}s`,
    allowed_ranges: allowedRanges,
    trusted_proxies: trustedProxies,
    http2,
  };
}
