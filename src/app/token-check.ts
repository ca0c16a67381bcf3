// Whether a token is the local one: compared by its hash, in constant time.

import { createHash, timingSafeEqual } from "node:crypto";
import type { TenantId } from "../value/id.ts";
import type { Credentials } from "./credentials.ts";

const hash = (text: string) => createHash("sha256").update(text).digest();

export function tokenCheck(credentials: Credentials): (token: string) => TenantId | null {
  const expected = hash(credentials.token);
  return (token) => (timingSafeEqual(hash(token), expected) ? credentials.tenant : null);
}
