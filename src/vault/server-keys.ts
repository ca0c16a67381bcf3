// The server's static keys, by which devices know it: files beside the engine's key.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { keyBytes, type PrivateKey } from "../handshake/crypto-suite.ts";
import { readKeyText, writeKeyText } from "../handshake/key-text.ts";
import type { Entropy } from "../ports/entropy.ts";
import { DispatchedError } from "../value/problem.ts";
import { createFileDurably } from "./create-file-durably.ts";
import { nodeSuite } from "./node-suite.ts";

const byOthers = 0o077;

/**
 * The key of `server.key` (mode 0400, `dprv1_…`), which is made when it is not there, and that of `server-old.key`, if there
 * is one: while a server changes its key, devices that know the old one still come in. Errors: `invalid_configuration`.
 */
export function openServerKeys(keysFolder: string, entropy: Entropy): readonly PrivateKey[] {
  const path = serverKeyPath(keysFolder);
  if (!existsSync(path)) {
    const bytes = entropy.bytes(keyBytes).slice();
    createFileDurably(path, `${writeKeyText(nodeSuite, "private", bytes)}\n`, 0o400);
    bytes.fill(0);
  }
  return readServerKeys(keysFolder);
}

export function serverKeyPath(keysFolder: string): string {
  return join(keysFolder, "server.key");
}

/** Those that are there. Errors: `invalid_configuration`. */
export function readServerKeys(keysFolder: string): readonly PrivateKey[] {
  const old = join(keysFolder, "server-old.key");
  return [readServerKey(serverKeyPath(keysFolder)), ...(existsSync(old) ? [readServerKey(old)] : [])];
}

/** `dsrv1_…`: what devices pin. */
export function serverKeyText(key: PrivateKey): string {
  return writeKeyText(nodeSuite, "server", key.publicKey);
}

function readServerKey(path: string): PrivateKey {
  if ((statSync(path).mode & byOthers) !== 0) {
    throw new DispatchedError("invalid_configuration", `The server's key ${path} is open to others.`, {
      hint: `chmod 400 ${path}`,
    });
  }
  const read = readKeyText(nodeSuite, "private", readFileSync(path, "utf8"));
  if (!read.ok) {
    throw new DispatchedError("invalid_configuration", `The server's key ${path} is damaged.`, {
      hint: "Put it back from your backup of the keys folder; without it every device refuses this server.",
    });
  }
  const key = nodeSuite.privateKey(read.bytes);
  read.bytes.fill(0);
  return key;
}
