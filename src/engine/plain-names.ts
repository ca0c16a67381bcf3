// The secrets that a tenant must have stored for a request.

import { lateSource, secretsNamedIn } from "../language/late-lua.ts";

/** Without Lua, and with what it names, each once. */
export function plainNames(names: readonly string[]): readonly string[] {
  const plain = names.flatMap((name) => {
    const source = lateSource(name);
    return source === null ? [name] : secretsNamedIn(source).map((secret) => secret.name);
  });
  return [...new Set(plain)];
}
