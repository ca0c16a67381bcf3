// The device that `DISPATCHED_*` variables describe, in the place of the credentials file.

import { type SettingName, settingOf } from "../app/setting-of.ts";
import type { Device } from "../client/device.ts";
import { CliError } from "./cli-error.ts";
import { urlOf } from "./url-of.ts";

/** Null without `DISPATCHED_PRIVATE_KEY`. Errors: `unauthenticated` when another of them is missing. */
export function deviceOfVariables(env: NodeJS.ProcessEnv): Device | null {
  const privateKey = settingOf(env, "DISPATCHED_PRIVATE_KEY");
  if (privateKey === undefined) return null;
  const of = (name: SettingName): string => {
    const value = settingOf(env, name);
    if (value !== undefined) return value;
    throw new CliError(
      "unauthenticated",
      `${name} is not set`,
      "with DISPATCHED_PRIVATE_KEY go DISPATCHED_URL, DISPATCHED_TENANT, DISPATCHED_API_KEY and DISPATCHED_SERVER_KEY",
    );
  };
  const origin = settingOf(env, "DISPATCHED_ORIGIN");
  return {
    url: urlOf(of("DISPATCHED_URL")),
    tenant: of("DISPATCHED_TENANT"),
    apiKey: of("DISPATCHED_API_KEY"),
    privateKey,
    serverKeys: of("DISPATCHED_SERVER_KEY").split(","),
    ...(origin === undefined ? {} : { origin }),
  };
}
