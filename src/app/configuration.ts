// What is configured, checked at start: command line first, then `DISPATCHED_*` variables, then defaults.

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { DispatchedError } from "../value/problem.ts";

export interface Configuration {
  /** Credentials, keys and default data. Default `~/.config/dispatched`. */
  readonly home: string;
  readonly dataFolder: string;
  readonly keysFolder: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The address by which services reach this one, for callbacks; null for the one it listens at. */
  readonly publicUrl: string | null;
}

export interface GivenConfiguration {
  readonly port?: string | undefined;
  readonly data?: string | undefined;
}

const defaultPort = 4000;

/** Errors: `invalid_configuration`. */
export function readConfiguration(env: NodeJS.ProcessEnv, given: GivenConfiguration = {}): Configuration {
  const home = homeOf(env);
  const data = given.data ?? env["DISPATCHED_DATA"] ?? join(home, "data");
  return {
    home,
    dataFolder: resolve(data),
    keysFolder: join(home, "keys"),
    port: readPort(given.port ?? env["DISPATCHED_PORT"]),
    publicUrl: readPublicUrl(env["DISPATCHED_PUBLIC_URL"]),
  };
}

export function homeOf(env: NodeJS.ProcessEnv): string {
  return resolve(env["DISPATCHED_HOME"] ?? join(homedir(), ".config", "dispatched"));
}

function readPort(text: string | undefined): number {
  if (text === undefined) return defaultPort;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new DispatchedError("invalid_configuration", `the port ${text} is not a number from 0 to 65535`, {
    hint: "give one with --port or DISPATCHED_PORT",
  });
}

/** Without a slash at its end. */
function readPublicUrl(text: string | undefined): string | null {
  if (text === undefined || text === "") return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.search === "" && url.hash === "" && url.username === "";
  if (isPlain && (url.protocol === "http:" || url.protocol === "https:")) return text.replace(/\/+$/, "");
  throw new DispatchedError("invalid_configuration", `DISPATCHED_PUBLIC_URL is not an address: ${text}`, {
    hint: "give one such as https://dispatched.example.com",
  });
}
