// The handshake in the browser: loaded only when somebody signs in.

import { Client, createTenant, type Device, generateKeyPair, Session } from "dispatched/client";
import { type Account, enter, renewed } from "./accounts.ts";
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
export async function openSession(device: Device): Promise<void> {
  const account = await accountWith(device);
  enter(account, device);
}

/** As `openSession`, in the background: null when the tenant has left meanwhile, and no session of it stays open. */
export async function renewSession(device: Device): Promise<string | null> {
  const account = await accountWith(device);
  const { token } = account;
  if (renewed(account, device)) return token;
  await new Client(location.origin, token).signOut().catch(() => undefined);
  return null;
}

async function accountWith(device: Device): Promise<Account> {
  const session = new Session(device);
  const token = await session.token();
  return { tenant: device.tenant, token, expiresAt: session.expiresAt };
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
