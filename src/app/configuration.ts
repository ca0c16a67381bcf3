// What is configured, checked at start: command line first, then `DISPATCHED_*` variables, then defaults.

import { join, resolve } from "node:path";
import type { HostRule } from "../engine/host-rule.ts";
import { parseIpRange } from "../outbound/ip-address.ts";
import { parseDuration } from "../value/duration.ts";
import { DispatchedError } from "../value/problem.ts";
import { homeOf } from "./home-of.ts";
import { readHosts } from "./read-hosts.ts";
import { type SettingName, settingOf } from "./setting-of.ts";

export interface Configuration {
  /** Credentials, keys and default data. Default `~/.config/dispatched`. */
  readonly home: string;
  readonly dataFolder: string;
  readonly keysFolder: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The address by which services reach this one, for callbacks; null for the one it listens at. */
  readonly publicUrl: string | null;
  /** How long an epoch of the engine's key is current: 1 hour at least, 24 by default. */
  readonly epochRetentionMs: number;
  /** Who may register a tenant here. Default `closed`. */
  readonly registration: "open" | "invite" | "closed";
  /** What `invite` asks for; null for the other ways. */
  readonly invite: string | null;
  /** How called hosts are spared. Default none. */
  readonly hosts: readonly HostRule[];
  /** How long a session lasts, in milliseconds. Default 1 hour. */
  readonly sessionMs: number;
  /** What a tenant may ask of the server; null for as much as it likes. Default 600,000 requests in 60 s. */
  readonly rate: { readonly quota: number; readonly windowSeconds: number } | null;
  /** Ranges in CIDR form that workflows may call though they are not public. Default none. */
  readonly allowedRanges: readonly string[];
  /** Addresses, or ranges in CIDR form, of proxies whose `X-Forwarded-For` counts. Default none. */
  readonly trustedProxies: readonly string[];
  /** Whether services that offer HTTP/2 are called by it. Default false. */
  readonly http2: boolean;
}

export interface GivenConfiguration {
  readonly port?: string | undefined;
  readonly data?: string | undefined;
}

const defaultPort = 4000;
const hourMs = 3_600_000;
const inviteLengthMin = 16;
const sessionMsDefault = 3_600_000;
const sessionMsMax = 86_400_000;

/** Errors: `invalid_configuration`. */
export function readConfiguration(env: NodeJS.ProcessEnv, given: GivenConfiguration = {}): Configuration {
  const home = homeOf(env);
  if (given.data === "") {
    throw new DispatchedError("invalid_configuration", "--data names no folder", {
      hint: "leave it out for the default, or name one",
    });
  }
  const data = given.data ?? settingOf(env, "DISPATCHED_DATA") ?? join(home, "data");
  return {
    home,
    dataFolder: resolve(data),
    keysFolder: join(home, "keys"),
    port: readPort(given.port ?? settingOf(env, "DISPATCHED_PORT")),
    publicUrl: readPublicUrl(settingOf(env, "DISPATCHED_PUBLIC_URL")),
    epochRetentionMs: readEpochRetention(settingOf(env, "DISPATCHED_EPOCH_RETENTION")),
    ...readRegistration(env),
    hosts: readHosts(settingOf(env, "DISPATCHED_HOSTS")),
    sessionMs: readSessionMs(settingOf(env, "DISPATCHED_SESSION")),
    rate: readRate(settingOf(env, "DISPATCHED_RATE_LIMIT")),
    allowedRanges: readRanges(env, "DISPATCHED_ALLOWED_RANGES"),
    trustedProxies: readRanges(env, "DISPATCHED_TRUSTED_PROXIES"),
    http2: readHttp2(settingOf(env, "DISPATCHED_HTTP2")),
  };
}

function readPort(text: string | undefined): number {
  if (text === undefined) return defaultPort;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new DispatchedError("invalid_configuration", `the port ${text} is not a number from 0 to 65535`, {
    hint: "give one with --port or DISPATCHED_PORT",
  });
}

/** Shorter than a session nothing could be retired; longer than a year nothing would be. */
function readEpochRetention(text: string | undefined): number {
  if (text === undefined) return 24 * hourMs;
  const durationMs = parseDuration(text);
  if (durationMs !== null && durationMs >= hourMs && durationMs <= 366 * 24 * hourMs) return durationMs;
  throw new DispatchedError(
    "invalid_configuration",
    `DISPATCHED_EPOCH_RETENTION is not a duration from 1h to 366d: ${text}`,
    { hint: "give one such as 24h or 7d" },
  );
}

function readRegistration(env: NodeJS.ProcessEnv): Pick<Configuration, "registration" | "invite"> {
  const registration = settingOf(env, "DISPATCHED_REGISTRATION") ?? "closed";
  const invite = settingOf(env, "DISPATCHED_INVITE") ?? "";
  if (registration === "open" || registration === "closed") return { registration, invite: null };
  if (registration !== "invite") {
    throw new DispatchedError("invalid_configuration", `DISPATCHED_REGISTRATION is not ${registration}`, {
      hint: "it is open, invite or closed",
    });
  }
  if (invite.length >= inviteLengthMin) return { registration, invite };
  throw new DispatchedError("invalid_configuration", "registration by invitation needs DISPATCHED_INVITE", {
    hint: `give a text of at least ${inviteLengthMin} characters that nobody guesses: openssl rand -hex 16`,
  });
}

function readRanges(env: NodeJS.ProcessEnv, name: SettingName): readonly string[] {
  const ranges = (settingOf(env, name) ?? "")
    .split(",")
    .flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
  const wrong = ranges.find((range) => parseIpRange(range) === null);
  if (wrong === undefined) return ranges;
  throw new DispatchedError("invalid_configuration", `${name} is not ranges of addresses: ${wrong}`, {
    hint: "give them with commas, such as 10.1.0.0/16,fd00:1::/32",
  });
}

function readHttp2(text: string | undefined): boolean {
  if (text === undefined || text === "off") return false;
  if (text === "on") return true;
  throw new DispatchedError("invalid_configuration", `DISPATCHED_HTTP2 is not ${text}`, {
    hint: "it is on or off",
  });
}

function readSessionMs(text: string | undefined): number {
  if (text === undefined) return sessionMsDefault;
  const sessionMs = parseDuration(text) ?? 0;
  if (sessionMs >= 1_000 && sessionMs <= sessionMsMax) return sessionMs;
  throw new DispatchedError("invalid_configuration", `DISPATCHED_SESSION is not ${text}`, {
    hint: "it is a duration from 1s to 24h, such as 1h",
  });
}

function readRate(text: string | undefined): Configuration["rate"] {
  if (text === undefined) return { quota: 600_000, windowSeconds: 60 };
  if (text === "off") return null;
  const [, quota = "0", window = ""] = /^([1-9]\d{0,8})\/(\w+)$/.exec(text) ?? [];
  const windowMs = parseDuration(window) ?? 0;
  if (Number(quota) > 0 && windowMs >= 1_000 && windowMs <= 3_600_000 && windowMs % 1_000 === 0) {
    return { quota: Number(quota), windowSeconds: windowMs / 1_000 };
  }
  throw new DispatchedError("invalid_configuration", `DISPATCHED_RATE_LIMIT is not ${text}`, {
    hint: "it is requests in a time from 1s to 1h, such as 6000/60s, or off",
  });
}

/** Without a slash at its end. A path would stand in callbacks alone: devices, hooks and the dashboard go by the origin. */
function readPublicUrl(text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.search === "" && url.hash === "" && url.username + url.password === "";
  if (!isPlain || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new DispatchedError("invalid_configuration", `DISPATCHED_PUBLIC_URL is not an address: ${text}`, {
      hint: "give one such as https://dispatched.example.com",
    });
  }
  if (url.pathname === "/") return url.origin;
  throw new DispatchedError("invalid_configuration", `DISPATCHED_PUBLIC_URL has a path: ${text}`, {
    hint: `a server stands at the root of its host: give it a name or a port of its own, such as ${url.origin}`,
  });
}
