// Signing in: with the device's keys to a client whose session renews itself.

import { Client } from "./client.ts";
import type { Device } from "./device.ts";
import { Session } from "./session.ts";

export interface SignedIn {
  readonly client: Client;
  readonly session: Session;
}

/** Proves the keys of `device` and opens a session. Errors: as of `performHandshake`. Runs wherever `fetch` is. */
export async function signIn(device: Device): Promise<SignedIn> {
  const session = new Session(device);
  await session.token();
  return { client: new Client(device.url, session), session };
}
