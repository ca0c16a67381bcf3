// The address of a server, as the command line or a variable gives it.

import { settingOf } from "../app/setting-of.ts";
import { originOf } from "../client/origin-of.ts";
import { CliError } from "./cli-error.ts";

/** Its origin, of `DISPATCHED_URL` when none is given. Errors: `usage`, also for one without `http://` or `https://`, or with a path. */
export function urlOf(given: string | undefined): string {
  const url = given ?? settingOf(process.env, "DISPATCHED_URL");
  const how = "give its address with --url, or in DISPATCHED_URL";
  if (url === undefined) throw new CliError("usage", "which server?", how);
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return originOf(url);
  const meant = `http://${url}`;
  const example = /^[\w.-]+(:\d+)?\/?$/.test(url) && URL.canParse(meant) ? meant : "https://flows.example";
  throw new CliError(
    "usage",
    `${JSON.stringify(url)} is no address of a server: one begins with http:// or https://`,
    `${how}, such as ${example}`,
  );
}
