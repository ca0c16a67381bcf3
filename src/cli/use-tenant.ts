// `--tenant`, which comes before the variables: who acts is the tenant that it names, or nobody.

import { readCredentials } from "../app/credentials.ts";
import { homeOf } from "../app/home-of.ts";
import { settingOf } from "../app/setting-of.ts";
import { CliError } from "./cli-error.ts";

/** Makes it the tenant of this process. Errors: `usage` when variables say that another acts, or may. */
export function useTenant(tenant: string): void {
  const { env } = process;
  if (tenant === "") {
    throw new CliError("usage", "--tenant names no tenant", "leave it out for the current one");
  }
  const token = settingOf(env, "DISPATCHED_TOKEN");
  if (token !== undefined && tenantOfToken(token) !== tenant) {
    throw new CliError(
      "usage",
      `--tenant ${tenant} chooses from the credentials file, and DISPATCHED_TOKEN stands in its place`,
      "leave --tenant out to act by the token, or unset DISPATCHED_TOKEN",
    );
  }
  const given = settingOf(env, "DISPATCHED_TENANT");
  const isDevice = settingOf(env, "DISPATCHED_PRIVATE_KEY") !== undefined;
  if (isDevice && given !== undefined && given !== tenant) {
    throw new CliError(
      "usage",
      `--tenant is ${tenant}, and DISPATCHED_PRIVATE_KEY is of ${given}, which DISPATCHED_TENANT names`,
      "leave --tenant out to act by the variables, or unset DISPATCHED_PRIVATE_KEY",
    );
  }
  env["DISPATCHED_TENANT"] = tenant;
}

/** As far as this machine knows: whose session in the credentials file it is. */
function tenantOfToken(token: string): string | null {
  const { tenants } = readCredentials(homeOf(process.env));
  return tenants.find(({ session }) => session?.token === token)?.tenant ?? null;
}
