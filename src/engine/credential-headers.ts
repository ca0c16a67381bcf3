// Headers whose values are never shown, whoever sent them.

import { credentialHeaders } from "../language/request/arrived-headers.ts";

export function isCredential(name: string): boolean {
  return credentialHeaders.has(name.toLowerCase());
}
