// The files of test vectors by name, as text.

import type { Json } from "../../src/value/json.ts";
import { hpkeVectors } from "./hpke.ts";
import { keyVectors } from "./keys.ts";
import { signInVectors } from "./sign-in.ts";

export function handshakeVectors(): ReadonlyMap<string, string> {
  const files: readonly (readonly [string, Json])[] = [
    ["keys.json", keyVectors()],
    ["hpke.json", hpkeVectors()],
    ["sign-in.json", signInVectors()],
  ];
  return new Map(files.map(([name, value]) => [name, `${JSON.stringify(value, null, 2)}\n`]));
}
