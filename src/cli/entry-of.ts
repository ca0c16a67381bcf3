// The entry of the credentials file by which a command acts.

import { readCredentials, type TenantEntry } from "../app/credentials.ts";
import { settingOf } from "../app/setting-of.ts";
import { closestName } from "../language/shape/closest-name.ts";
import { CliError } from "./cli-error.ts";
import { urlOf } from "./url-of.ts";

/**
 * The entry of `--tenant`, or the one that is current.
 * @param url what the command line gives in the place of the entry's
 * Errors: `unauthenticated`; `usage` when `DISPATCHED_URL` names another server: who set it means that one.
 */
export function entryOf(home: string, url?: string): TenantEntry {
  const { current, tenants } = readCredentials(home);
  const wanted = settingOf(process.env, "DISPATCHED_TENANT") ?? current;
  const entry = tenants.find(({ tenant }) => tenant === wanted);
  if (entry !== undefined) {
    if (url === undefined) requireSameServer(entry);
    return entry;
  }
  throw notThere(
    home,
    wanted,
    tenants.map(({ tenant }) => tenant),
  );
}

function notThere(home: string, wanted: string | null, tenants: readonly string[]): CliError {
  const [first] = tenants;
  if (first === undefined) {
    const hint = "`dispatched dev` makes a local tenant, `dispatched init --url URL` one on a server";
    return new CliError("unauthenticated", `there are no credentials in ${home}`, hint);
  }
  const there = tenants.join(", ");
  if (wanted === null) {
    const hint = `\`dispatched login --tenant ${first}\` makes it so; \`--tenant ${first}\` chooses it for one command`;
    return new CliError("unauthenticated", `of the tenants in ${home} none is current: ${there}`, hint);
  }
  const meant = closestName(wanted, tenants);
  const near = meant === null ? "" : `did you mean \`${meant}\`? `;
  const hint = `${near}\`dispatched tenant list\` shows those that are there; \`dispatched init --url URL\` makes another`;
  return new CliError(
    "unauthenticated",
    `there are no credentials of ${wanted} in ${home}, but of ${there}`,
    hint,
  );
}

function requireSameServer({ tenant, url }: TenantEntry): void {
  const given = settingOf(process.env, "DISPATCHED_URL");
  if (given === undefined || urlOf(given) === urlOf(url)) return;
  throw new CliError(
    "usage",
    `DISPATCHED_URL is ${urlOf(given)}, and the credentials file has ${tenant} at ${url}`,
    `unset DISPATCHED_URL to act at ${url}; to act at the other, set DISPATCHED_TOKEN or DISPATCHED_PRIVATE_KEY beside it, choose a tenant of it by --tenant, or, if the server has moved, \`dispatched login --url ${urlOf(given)}\``,
  );
}
