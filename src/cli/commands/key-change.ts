// `dispatched key rotate`, `key rotation` and `key backup`: another private key, how far that is, and a spare on paper.

import { changeTenant, type TenantEntry } from "../../app/credentials.ts";
import { deviceOf } from "../../app/device-of.ts";
import { homeOf } from "../../app/home-of.ts";
import { StoredSession } from "../../app/stored-session.ts";
import { backUpKey, nextPrivateKey, rotateKey } from "../../client/rotate-key.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { entryOf } from "../entry-of.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import { openDevice } from "../open-device.ts";
import { requireFile } from "../require-file.ts";
import { settledEntry } from "../settled-entry.ts";
import type { Terminal } from "../terminal.ts";

interface RotateOptions {
  readonly deep?: boolean;
}

/** The new key is kept before the rotation begins: whatever becomes of the answer, it is not lost. */
export async function rotate(terminal: Terminal, { deep = false }: RotateOptions): Promise<number> {
  requireFile();
  const home = homeOf(process.env);
  const entry = await settledEntry(home, entryOf(home));
  const generation = await replaceKey(home, entry, { deep });
  if (terminal.json) {
    terminal.value(stringifyJson({ tenant: entry.tenant, generation, deep }));
    return exitCode.completed;
  }
  terminal.line(`${entry.tenant} has another private key now: generation ${generation}`);
  terminal.line("What is stored follows in the background; `dispatched key rotation` says how far it is.");
  terminal.line("Other machines need the new key: copy the tenant's entry of credentials.json.");
  terminal.line(
    "A backup of before opens by the key of then (an older copy of credentials.json) or a recovery sheet of then: make a new one.",
  );
  terminal.line(
    "After a theft replace the secrets at the services that they are for: what was read stays read.",
  );
  return exitCode.completed;
}

/** Puts another key in place, by the device's own or the recovery key, signs in with it, and gives its generation. */
export async function replaceKey(
  home: string,
  entry: TenantEntry,
  how: { readonly deep?: boolean; readonly recoveryKey?: string },
): Promise<number> {
  const privateKey = entry.next_private_key ?? nextPrivateKey();
  changeTenant(home, entry.tenant, { next_private_key: privateKey });
  const { generation } = await rotateKey(deviceOf(entry), { ...how, privateKey });
  const next = generation ?? entry.generation + 1;
  const changes = { private_key: privateKey, generation: next, session: null, next_private_key: undefined };
  changeTenant(home, entry.tenant, changes);
  await new StoredSession(home, { ...entry, ...changes }).open();
  return next;
}

export async function showRotation(terminal: Terminal): Promise<number> {
  const key = await openConnection().client.showRotation();
  if (terminal.json) {
    terminal.value(stringifyJson({ ...key, rotation: key.rotation === null ? null : { ...key.rotation } }));
    return exitCode.completed;
  }
  const { generation, rotation } = key;
  terminal.line(`generation ${generation}`);
  if (rotation === null) {
    terminal.line("the key was never rotated");
  } else {
    const { deep, done, records, started_at, ended_at } = rotation;
    terminal.line(`rotation   ${deep ? "deep, " : ""}begun ${formatTime(started_at)}`);
    terminal.line(
      ended_at === null
        ? `under way  ${done} of about ${records} records`
        : `over       ${formatTime(ended_at)}`,
    );
  }
  return exitCode.completed;
}

/** Prints the sheet: who has it can put another private key in the place of the tenant's. */
export async function backup(terminal: Terminal): Promise<number> {
  const device = await openDevice();
  const { tenant, url, apiKey: api_key, serverKeys: server_keys } = device;
  const origin = device.origin ?? new URL(url).origin;
  const recovery_key = await backUpKey(device);
  if (terminal.json) {
    terminal.value(stringifyJson({ tenant, url, origin, api_key, server_keys, recovery_key }));
    return exitCode.completed;
  }
  terminal.line("Dispatched recovery sheet");
  terminal.line();
  terminal.line(`recovery key  ${recovery_key}`);
  terminal.line(`tenant        ${tenant}`);
  terminal.line(`server        ${url}`);
  terminal.line(`origin        ${origin}`);
  for (const key of server_keys) terminal.line(`server key    ${key}`);
  terminal.line(`API key       ${api_key}`);
  terminal.line();
  terminal.line("Who has this sheet has the tenant: print it, keep it safe, and leave no copy on a disk.");
  terminal.line("`dispatched login --recover` puts a new private key in the place of a lost one.");
  terminal.line("It works after rotations, too. A sheet that is printed later takes its place.");
  terminal.line(
    "It wants the API key that counts then: print a new one after `dispatched tenant new-api-key`.",
  );
  return exitCode.completed;
}
