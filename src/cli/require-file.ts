// Refuses what changes the credentials file while variables stand in its place: it would act on another tenant than meant.

import { CliError } from "./cli-error.ts";
import { variablesInPlace } from "./variables-in-place.ts";

/** Errors: `usage`. */
export function requireFile(): void {
  const names = variablesInPlace(process.env);
  if (names.length === 0) return;
  const [stand, them] = names.length === 1 ? ["stands", "it"] : ["stand", "them"];
  throw new CliError(
    "usage",
    `this changes the credentials file, and ${names.join(" and ")} ${stand} in its place`,
    `unset ${them} to act on a tenant of the file: env ${names.map((name) => `-u ${name}`).join(" ")} dispatched …`,
  );
}
