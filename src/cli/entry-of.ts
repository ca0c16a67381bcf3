// The entry of the credentials file by which a command acts.

import { readCredentials, type TenantEntry } from "../app/credentials.ts";
import { settingOf } from "../app/setting-of.ts";
import { CliError } from "./cli-error.ts";

/** The entry of `--tenant`, or the one that is current. Errors: `unauthenticated`. */
export function entryOf(home: string): TenantEntry {
  const { current, tenants } = readCredentials(home);
  const wanted = settingOf(process.env, "DISPATCHED_TENANT") ?? current;
  const entry = tenants.find(({ tenant }) => tenant === wanted);
  if (entry !== undefined) return entry;
  const message =
    tenants.length === 0
      ? `there are no credentials in ${home}`
      : `there are no credentials of ${wanted} in ${home}, but of ${tenants.map(({ tenant }) => tenant).join(", ")}`;
  throw new CliError(
    "unauthenticated",
    message,
    "`dispatched dev` makes a local tenant, `dispatched init --url URL` one on a server",
  );
}
