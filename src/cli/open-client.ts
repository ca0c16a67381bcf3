// The client of a command: address and token from `DISPATCHED_*` variables or the local credentials file.

import { homeOf } from "../app/configuration.ts";
import { readCredentials } from "../app/credentials.ts";
import { Client } from "../client/client.ts";
import { CliError } from "./cli-error.ts";

export interface Connection {
  readonly client: Client;
  readonly url: string;
  readonly token: string;
}

export function openConnection(): Connection {
  const home = homeOf(process.env);
  const credentials = readCredentials(home);
  const url = process.env["DISPATCHED_URL"] ?? credentials?.url;
  const token = process.env["DISPATCHED_TOKEN"] ?? credentials?.token;
  if (url === undefined || token === undefined) {
    throw new CliError(
      "unauthenticated",
      `there are no credentials in ${home}`,
      "`dispatched dev` makes them, or set DISPATCHED_URL and DISPATCHED_TOKEN",
    );
  }
  return { client: new Client(url, token), url, token };
}
