// The handshake in the browser: loaded only when somebody signs in.

import { createTenant, type Device, generateKeyPair, Session } from "dispatched/client";
import { enter } from "./accounts.ts";
import { deviceOf, type KeyEntry } from "./key-file.ts";

interface ServerAnswer {
  readonly server_keys: readonly string[];
  readonly origin: string;
  readonly registration: "open" | "invite" | "closed";
}

export async function askServer(): Promise<ServerAnswer> {
  const answer = await fetch("/api/server");
  if (!answer.ok) throw new Error("the server does not say who it is; try again in a moment");
  return (await answer.json()) as ServerAnswer;
}

/**
 * Proves the keys and opens a session. Where the file names no key of the server, the one is taken that this page's own
 * server tells: who fears that server names it in the file.
 */
export async function signInWith(entry: KeyEntry): Promise<void> {
  const server = await askServer();
  const pinned = entry.server_keys.length > 0 ? entry.server_keys : server.server_keys;
  const origin = server.origin === location.origin ? undefined : server.origin;
  await openSession(deviceOf({ ...entry, server_keys: pinned }, origin));
}

/** Another session with keys that the page still has. */
export async function openSession(device: Device): Promise<string> {
  const session = new Session(device);
  const token = await session.token();
  enter({ tenant: device.tenant, token, expiresAt: session.expiresAt }, device);
  return token;
}

/** A tenant of its own with keys that are made here. Errors: `registration_closed`, `too_many_attempts`. */
export async function makeTenant(invite: string): Promise<KeyEntry> {
  const pair = generateKeyPair();
  const made = await createTenant(location.origin, {
    publicKey: pair.publicKey,
    ...(invite === "" ? {} : { invite }),
  });
  return {
    tenant: made.tenant,
    api_key: made.api_key,
    private_key: pair.privateKey,
    server_keys: made.server_keys,
    generation: made.generation,
  };
}
