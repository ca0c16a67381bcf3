// The keys of a command that no session may stand for: those of the variables, or of the credentials file of this machine.

import { deviceOf } from "../app/device-of.ts";
import { homeOf } from "../app/home-of.ts";
import type { Device } from "../client/device.ts";
import { CliError } from "./cli-error.ts";
import { deviceOfVariables } from "./device-of-variables.ts";
import { entryOf } from "./entry-of.ts";
import { settledEntry } from "./settled-entry.ts";
import { variablesInPlace } from "./variables-in-place.ts";

/** Errors: `unauthenticated` without keys; `usage` when a token stands in the place of the file, which has none. */
export async function openDevice(): Promise<Device> {
  const given = deviceOfVariables(process.env);
  if (given !== null) return given;
  const [variable] = variablesInPlace(process.env);
  if (variable !== undefined) {
    throw new CliError(
      "usage",
      `this takes the private key, and ${variable} stands in the place of the credentials file`,
      `unset ${variable}, or set DISPATCHED_PRIVATE_KEY and what goes with it: docs/reference/configuration.md`,
    );
  }
  const home = homeOf(process.env);
  return deviceOf(await settledEntry(home, entryOf(home)));
}
