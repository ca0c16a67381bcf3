// The local credentials file: who the tenant of this machine is, and the token that it signs in with.

import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newTenantId, type TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { createFileDurably } from "../vault/create-file-durably.ts";

export interface Credentials {
  readonly tenant: TenantId;
  /** `dst_local_` and 256 random bits in base64url. */
  readonly token: string;
  /** Where the server listens, or did last; empty before its first start. */
  readonly url: string;
}

function fileOf(home: string): string {
  return join(home, "credentials.json");
}

/** Null when there are none yet. Errors: `invalid_configuration` when the file is damaged. */
export function readCredentials(home: string): Credentials | null {
  let text: string;
  try {
    text = readFileSync(fileOf(home), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const found = parse(text);
  if (found !== null) return found;
  throw new DispatchedError("invalid_configuration", `${fileOf(home)} is damaged`, {
    hint: "put it back from a backup; without it the tenant of the local data is not known",
  });
}

function newCredentials(url: string): Credentials {
  return {
    tenant: newTenantId(Date.now(), randomBytes(10)),
    token: `dst_local_${randomBytes(32).toString("base64url")}`,
    url,
  };
}

/** The credentials of this machine, made when there are none: of two processes that make them at once, the first wins. */
export function openCredentials(home: string): Credentials {
  const known = readCredentials(home);
  if (known !== null) return known;
  const made = newCredentials("");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  createFileDurably(fileOf(home), textOf(made), 0o600);
  return readCredentials(home) ?? made;
}

/** Replaces them, whole or not at all. Readable by the owner only. */
export function writeCredentials(home: string, credentials: Credentials): void {
  const draft = `${fileOf(home)}.${process.pid}`;
  writeFileSync(draft, textOf(credentials), { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, fileOf(home));
}

function textOf(credentials: Credentials): string {
  return `${JSON.stringify(credentials, null, 2)}\n`;
}

function parse(text: string): Credentials | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { tenant, token, url } = (value ?? {}) as Partial<Record<keyof Credentials, unknown>>;
  const whole = typeof tenant === "string" && typeof token === "string" && typeof url === "string";
  return whole ? { tenant: tenant as TenantId, token, url } : null;
}
