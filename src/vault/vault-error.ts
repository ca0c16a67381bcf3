// How the vault refuses.

import type { Place } from "../ports/vault.ts";
import { DispatchedError } from "../value/problem.ts";

export function damaged(place: Place): DispatchedError {
  return new DispatchedError(
    "sealed_data_damaged",
    `A sealed value (${where(place)}) does not open: it was altered or moved.`,
  );
}

export function locked(place: Place): DispatchedError {
  return new DispatchedError("locked", `The key of a value (${where(place)}) is not at hand.`, {
    retryable: true,
    hint: "Sign in: the engine can then read what is stored of the tenant.",
  });
}

/** Without the row: it may be a name, and errors are logged. */
function where(place: Place): string {
  return `${place.table}.${place.column} version ${place.version}`;
}
