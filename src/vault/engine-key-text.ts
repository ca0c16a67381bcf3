// The text of an engine key file: JSON with a sum, so that damage is told from a foreign key.

import { createHash } from "node:crypto";
import type { EngineSecrets } from "./engine-key.ts";

const format = "dispatched engine key";
/** 2: the key may be followed by those of later epochs. The fields are those of version 1, which knew no epochs. */
const version = 2;
const readVersions: readonly unknown[] = [1, version];
const secretBytes = 32;

export type ReadKey =
  | { readonly ok: true; readonly secrets: EngineSecrets }
  | { readonly ok: false; readonly problem: "damaged" | "newer" };

/** The file's text for `secrets`. */
export function writeEngineKeyText(secrets: EngineSecrets): string {
  const chain = Buffer.from(secrets.chain).toString("base64url");
  const integrity = Buffer.from(secrets.integrity).toString("base64url");
  const { epoch } = secrets;
  return `${JSON.stringify({ format, version, epoch, chain, integrity, sum: sum(version, epoch, chain, integrity) }, null, 2)}\n`;
}

/** Reads what `writeEngineKeyText` wrote: `damaged` when anything of it was altered, `newer` when a later version wrote it. */
export function readEngineKeyText(text: string): ReadKey {
  const file = parse(text);
  if (file === null || file.format !== format) return { ok: false, problem: "damaged" };
  if (typeof file.version === "number" && file.version > version) return { ok: false, problem: "newer" };
  const { epoch, chain, integrity } = file;
  if (!readVersions.includes(file.version) || !isEpoch(epoch)) return { ok: false, problem: "damaged" };
  if (typeof chain !== "string" || typeof integrity !== "string") return { ok: false, problem: "damaged" };
  if (file.sum !== sum(file.version, epoch, chain, integrity)) return { ok: false, problem: "damaged" };
  const secrets = { epoch, chain: decode(chain), integrity: decode(integrity) };
  if (secrets.chain.length !== secretBytes || secrets.integrity.length !== secretBytes) {
    return { ok: false, problem: "damaged" };
  }
  return { ok: true, secrets };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isEpoch(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function decode(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64url"));
}

/** It tells typing errors and cut files, not attackers: who can write the file can write the sum. */
function sum(of: unknown, epoch: number, chain: string, integrity: string): string {
  return createHash("sha256").update(`${of} ${epoch} ${chain} ${integrity}`).digest("hex").slice(0, 16);
}
