// `dispatched audit verify`: whether the log holds, and goes on from the head that this machine has seen.

import { changeTenant, readCredentials, type TenantEntry } from "../../app/credentials.ts";
import { deviceOf } from "../../app/device-of.ts";
import { homeOf } from "../../app/home-of.ts";
import { settingOf } from "../../app/setting-of.ts";
import { StoredSession } from "../../app/stored-session.ts";
import { Client } from "../../client/client.ts";
import { publicKeyTextOf } from "../../client/device.ts";
import { generationOf } from "../../client/generation-of.ts";
import type { AuditVerdictResource } from "../../client/resources.ts";
import { type Continuity, continuityOf } from "../../handshake/audit-continuity.ts";
import type { AuditHead } from "../../handshake/confirmation.ts";
import { bytesOfBase64Url } from "../../value/base64-url.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import { readFile } from "../read-input.ts";
import { requireFile } from "../require-file.ts";
import type { Terminal } from "../terminal.ts";
import { variablesInPlace } from "../variables-in-place.ts";

type HeadText = AuditVerdictResource["head"];

interface VerifyOptions {
  readonly accept?: boolean;
  /** Of a key that the server has gone back to: it takes the place of the one that is here when the log is accepted. */
  readonly privateKeyFile?: string;
}

/** Lines in one request: an entry has some hundred bytes, and a few have thirty thousand. */
const chunkBytes = 500_000;
const noHead: HeadText = { seq: 0, mac: "A".repeat(43) };

/** @param file an export; without it the log of the server */
export async function verifyAudit(
  terminal: Terminal,
  file: string | undefined,
  options: VerifyOptions,
): Promise<number> {
  const { accept = false, privateKeyFile } = options;
  refuseUnfit(file, options);
  const home = homeOf(process.env);
  const stored = knownEntry(home);
  const before = privateKeyFile === undefined ? stored : await withKeyOf(privateKeyFile, stored);
  const keys = before === null || before === stored ? {} : keysOf(before);
  const known = before?.audit_head ?? noHead;
  const client = before === null ? openConnection().client : lookingClient(home, before, before === stored);
  const verdict =
    file === undefined ? await client.verifyAudit(known.seq) : await ofFile(client, readFile(file), known);
  const { fault, head, at } = verdict;
  if (fault !== null) {
    // Else nobody here could sign in again.
    if (accept && before !== null)
      changeTenant(home, before.tenant, { ...keys, audit_head: null, rolled_back: undefined });
    const none =
      file === undefined
        ? "nothing before it holds"
        : `nothing holds: is ${file} an export (\`dispatched audit export\`)?`;
    const held = fault.seq === 1 ? none : `entries 1 to ${fault.seq - 1} hold`;
    throw new CliError("audit_broken", `the audit log is broken at entry ${fault.seq}: ${fault.what}`, held);
  }
  const continuity = continuityOf(bytesOf(known), bytesOf(head), at === null ? null : bytesOf(at));
  // An export may be older than what was seen since.
  const isOlder = file !== undefined && continuity === "cut";
  const change = isOlder ? null : changeOf(continuity, known, head);
  if (change !== null && !accept) throw rolledBack(change);
  if (file === undefined && before !== null) {
    changeTenant(home, before.tenant, { ...keys, audit_head: head, rolled_back: undefined });
  }
  const told = change === null ? seen(known) : `accepted: ${change}`;
  if (terminal.json) terminal.value(stringifyJson({ valid: true, head: { ...head }, continuity }));
  else terminal.line(`${head.seq} entries, whole; ${isOlder ? "an older state of the log" : told}`);
  return exitCode.completed;
}

function refuseUnfit(file: string | undefined, { accept = false, privateKeyFile }: VerifyOptions): void {
  if (accept && file !== undefined) {
    const hint = "leave out one of them";
    throw new CliError("usage", "--accept takes the log of the server, and no file's", hint);
  }
  if (privateKeyFile === undefined) return;
  requireFile();
  if (!accept) {
    const hint = "add --accept: the key then takes the place of the one that is here";
    throw new CliError("usage", "--private-key-file goes with --accept", hint);
  }
}

/** The tenant's entry by the key of before; generation and all as the server has it now. */
async function withKeyOf(privateKeyFile: string, stored: TenantEntry | null): Promise<TenantEntry> {
  if (stored === null) {
    const hint = "`dispatched login` signs in with credentials that are new here";
    throw new CliError("usage", "no tenant of this machine is in use, whose log could be accepted", hint);
  }
  const private_key = readFile(privateKeyFile).trim();
  publicKeyTextOf(private_key);
  const next_private_key = stored.next_private_key === private_key ? undefined : stored.next_private_key;
  const entry = { ...stored, private_key, next_private_key, session: null };
  return { ...entry, generation: await generationOf(deviceOf(entry)) };
}

function keysOf({ private_key, generation, next_private_key }: TenantEntry): Partial<TenantEntry> {
  return { private_key, generation, next_private_key };
}

function knownEntry(home: string): TenantEntry | null {
  if (variablesInPlace(process.env).length > 0) return null;
  const { current, tenants } = readCredentials(home);
  const wanted = settingOf(process.env, "DISPATCHED_TENANT") ?? current;
  return tenants.find(({ tenant }) => tenant === wanted) ?? null;
}

/** Its signing in compares nothing, and leaves the head that is known as it is: what it looks at is compared afterwards. */
function lookingClient(home: string, entry: TenantEntry, follows: boolean): Client {
  return new Client(entry.url, new StoredSession(home, entry, { judges: false, follows }), { retries: 0 });
}

async function ofFile(client: Client, text: string, known: HeadText): Promise<AuditVerdictResource> {
  const lines = text.replace(/\r?\n$/, "").split("\n");
  let head: HeadText | null = null;
  let at = known.seq === 0 ? noHead : null;
  for (let from = 0; from < lines.length; ) {
    let [to, size] = [from, 0];
    while (to < lines.length && (to === from || size + (lines[to] as string).length < chunkBytes)) {
      size += (lines[to++] as string).length;
    }
    // The chunk that ends with the known entry ends there, so that its code is told.
    if (from < known.seq && known.seq < to) to = known.seq;
    const verdict: AuditVerdictResource = await client.verifyAuditLines(lines.slice(from, to), head);
    if (!verdict.valid) return verdict;
    head = verdict.head;
    if (head.seq === known.seq) at = head;
    from = to;
  }
  return { valid: true, fault: null, head: head ?? noHead, at };
}

/** What became of the log that was seen here; null where it goes on from there. */
function changeOf(continuity: Continuity, known: HeadText, head: HeadText): string | null {
  if (continuity === "same" || continuity === "grown") return null;
  return continuity === "cut"
    ? `it has ${head.seq} entries, and had ${known.seq} when this machine saw it last`
    : `entry ${known.seq}, or one before it, is another than when this machine saw it last`;
}

function rolledBack(change: string): CliError {
  return new CliError(
    "server_rolled_back",
    `the audit log is whole, but not the one that was: ${change}`,
    "the server's store went back to an earlier state; if its operator restored a backup: `dispatched audit verify --accept`",
  );
}

function seen(known: HeadText): string {
  return known.seq === 0
    ? "seen here for the first time"
    : `and entry ${known.seq} is as it was seen here before`;
}

function bytesOf({ seq, mac }: HeadText): AuditHead {
  return { seq, mac: bytesOfBase64Url(mac) ?? new Uint8Array(0) };
}
