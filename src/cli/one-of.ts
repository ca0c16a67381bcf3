// A word that is one of a few.

import { closestName } from "../language/shape/closest-name.ts";
import { CliError } from "./cli-error.ts";

/** Errors: `usage`, with the one that was meant. @param what `--lang` */
export function oneOf<Name extends string>(what: string, word: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  const meant = closestName(word, names);
  const hint = meant === null ? null : `did you mean \`${meant}\`?`;
  throw new CliError("usage", `${what} is one of ${names.join(", ")}, and not ${JSON.stringify(word)}`, hint);
}
